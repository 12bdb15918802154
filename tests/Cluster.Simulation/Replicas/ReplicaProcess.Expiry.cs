using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

// S11: nothing is deleted by a clock alone. Now and then the leader looks for committed keys whose time is over, and appends a delete for each.
public sealed partial class ReplicaProcess
{
    private const long SweepMicros = 150_000;
    private const int SweepMax = 8;

    private readonly List<(int Key, long Value, long ExpiresAt)> _expired = [];

    public long NextTimestamp() => Node.Hybrid.Next();

    private void PlanSweep() => _world.Loop.After(Node.Model.Random.Around(SweepMicros), () => Node.Take(new ReplicaCallback(this, static p =>
    {
        p.Sweep();
        p.PlanSweep();
    })));

    private void Sweep()
    {
        // Who is parked finds what is over when it goes on.
        if (!Core.CanAppend || Core.Parked)
            return;
        _expired.Clear();
        Store.FindExpired(Node.Hybrid.Next(), SweepMax, _expired);
        foreach ((int key, long value, long expiresAt) in _expired)
        {
            Lsn lsn = Store.AppendDelete(Core.Term, key);
            if (lsn.IsNone)
                break;
            Shard.Expiries.Begun(Store.IdentityAt(lsn), lsn, key, value, expiresAt, Store.TimestampAt(lsn));
            Core.LeaderAppended(lsn, Now);
        }

        if (_expired.Count > 0)
            Store.RequestFlush();
    }
}
