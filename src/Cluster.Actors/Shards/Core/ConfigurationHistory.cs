using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// The configurations that a cut may bring back: the one that holds at the commit LSN and all later ones. The newest counts, from its
/// append on (R9).
/// </summary>
internal sealed class ConfigurationHistory
{
    private readonly List<Configuration> _all = [];

    public ConfigurationHistory(IReadOnlyList<Configuration> configurations)
    {
        Invariant.Check(configurations.Count > 0, "a shard has a configuration");
        foreach (Configuration configuration in configurations)
            Add(configuration);
    }

    public Configuration Newest => _all[^1];

    /// <summary>The newest at or below the commit LSN.</summary>
    public Configuration Committed => _all[0];

    public void Add(Configuration configuration)
    {
        Invariant.Check(_all.Count == 0 || configuration.Lsn > _all[^1].Lsn, "configurations come in LSN order");
        Invariant.Check(configuration.Voters.Length <= 64, "votes are counted in 64 bits");
        _all.Add(configuration);
    }

    /// <summary>Returns true if the newest changed.</summary>
    public bool CutAfter(Lsn lsn)
    {
        int before = _all.Count;
        while (_all.Count > 1 && _all[^1].Lsn > lsn)
            _all.RemoveAt(_all.Count - 1);
        return _all.Count != before;
    }

    /// <summary>Returns true if a later one is committed now: <see cref="Committed"/>.</summary>
    public bool CommitAdvanced(Lsn commit)
    {
        int before = _all.Count;
        while (_all.Count > 1 && _all[1].Lsn <= commit)
            _all.RemoveAt(0);
        return _all.Count != before;
    }
}
