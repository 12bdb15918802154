using Cluster.Simulation.Replicas;
using Cluster.Storage;
using Cluster.Storage.Sessions;

namespace Cluster.Simulation.Checks;

/// <summary>R11: the sequences of a session are committed one after the other, each once, and no snapshot forgets one.</summary>
public sealed class SessionChecker
{
    private readonly List<(Lsn Lsn, SessionStamp Stamp)> _committed = [];
    private readonly Dictionary<Guid, long> _highest = [];

    public void Committed(Lsn lsn, SessionStamp stamp, Action<string> fail)
    {
        if (!stamp.IsPresent)
            return;
        long highest = _highest.GetValueOrDefault(stamp.Id);
        if (stamp.Sequence != highest + 1)
            fail($"record {lsn} is number {stamp.Sequence} of a session that has committed {highest}");
        _highest[stamp.Id] = stamp.Sequence;
        _committed.Add((lsn, stamp));
    }

    /// <summary>Runs are too short for sessions to be evicted.</summary>
    public void CheckTable(MemorySnapshot snapshot, Action<string> fail)
    {
        SessionTable table = SessionTableCodec.Read(snapshot.Sessions);
        var seen = new HashSet<Guid>();
        for (int i = _committed.Count - 1; i >= 0; i--)
        {
            (Lsn lsn, SessionStamp stamp) = _committed[i];
            if (lsn <= snapshot.Lsn && seen.Add(stamp.Id) && table.HighestOf(stamp.Id) != stamp.Sequence)
                fail($"a snapshot at {snapshot.Lsn} has {table.HighestOf(stamp.Id)} as the highest of a session that has committed {stamp.Sequence}");
        }
    }
}
