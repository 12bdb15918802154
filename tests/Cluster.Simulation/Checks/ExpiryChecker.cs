using Cluster.Simulation.Clients;
using Cluster.Simulation.Replicas;
using Cluster.Simulation.World;
using Cluster.Storage;

namespace Cluster.Simulation.Checks;

/// <summary>
/// S11: a key ends by a record of its leader, whose timestamp is not before the key's end; who reads sees that record's effect and nothing else. Each that is
/// committed stands in the key's history as a compare-and-delete of nobody's.
/// </summary>
public sealed class ExpiryChecker(SimulatedWorld world, int shard)
{
    private readonly Dictionary<RecordIdentity, (Lsn Lsn, int Key, long Value, long At)> _begun = [];

    public void Begun(RecordIdentity identity, Lsn lsn, int key, long value, long expiresAt, long timestamp)
    {
        if (timestamp < expiresAt)
            world.Fail($"shard {shard}: record {lsn} of time {timestamp} ends key {key}, whose time is {expiresAt}");
        _begun[identity] = (lsn, key, value, world.Loop.Now);
    }

    public void Committed(Lsn lsn, RecordIdentity identity)
    {
        if (_begun.Count == 0 || !_begun.Remove(identity, out (Lsn Lsn, int Key, long Value, long At) expiry) || expiry.Lsn != lsn)
            return;
        world.Coverage.Expiries++;
        world.Clients.Expired(expiry.Key, expiry.Value, expiry.At);
    }
}
