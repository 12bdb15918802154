using Cluster.Simulation.Replicas;
using Cluster.Storage;

namespace Cluster.Simulation.Checks;

/// <summary>R11: the sequences of a session are committed one after the other, each once, and no snapshot forgets one.</summary>
public sealed class SessionChecker
{
    private readonly List<(Lsn Lsn, SessionStamp Stamp)> _committed = [];
    private readonly Dictionary<Guid, long> _highest = [];

    /// <summary>Which session each committed record has opened.</summary>
    private readonly Dictionary<Lsn, Guid> _opened = [];

    public void Committed(Lsn lsn, SessionMark mark, Action<string> fail)
    {
        SessionStamp stamp = mark.Stamp;
        if (mark.Opening.IsNone)
            _opened[lsn] = stamp.Id;
        else if (_opened.TryGetValue(mark.Opening, out Guid id))
            stamp = stamp with { Id = id };
        else
            fail($"record {lsn} is of the session that record {mark.Opening} has opened, which opened none");
        long highest = _highest.GetValueOrDefault(stamp.Id);
        if (stamp.Sequence != highest + 1)
            fail($"record {lsn} is number {stamp.Sequence} of a session that has committed {highest}");
        _highest[stamp.Id] = stamp.Sequence;
        _committed.Add((lsn, stamp));
    }

    /// <summary>Runs are too short for sessions to be evicted.</summary>
    public void CheckTable(ReplicaProcess process, Lsn through, Action<string> fail)
    {
        if (_committed.Count == 0)
            return;
        var seen = new HashSet<Guid>();
        for (int i = _committed.Count - 1; i >= 0; i--)
        {
            (Lsn lsn, SessionStamp stamp) = _committed[i];
            if (lsn <= through && seen.Add(stamp.Id) && process.Store.HighestOf(stamp.Id) is var highest && highest != stamp.Sequence)
                fail($"through {through} the table of sessions has {highest} as the highest of one that has committed {stamp.Sequence}");
        }
    }
}
