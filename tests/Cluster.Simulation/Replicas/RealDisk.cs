using Cluster.Simulation.World;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// One shard of a <see cref="RealMachine"/>. It remembers what any process was told to be durable: a reopened log must hold all of it.
/// </summary>
public sealed class RealDisk(SimulatedWorld world, RealMachine machine, DiskModel model, int node, int shard, string folder) : IReplicaDisk
{
    private static readonly Guid ClusterId = new(99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private readonly List<RecordIdentity> _durable = [];
    private RealStore? _open;

    public IReplicaStore Open(IStoreOwner owner)
    {
        var store = ShardStore.Open(new ShardStoreOptions
        {
            Log = new ShardLogOptions
            {
                Folder = folder,
                Shard = shard,
                ClusterId = ClusterId,
                Environment = machine.Environment(),
                Listener = new Listener(this, owner),
                NodeState = machine.StateFile,
                SegmentBytes = 64 * 1024,
                BufferBytes = 64 * 1024,
            },
            Hasher = new SipKeyHasher(1, 2),
            Epochs = new EpochDomain(),
        });
        _open = new RealStore(this, store, model.Random);
        for (int i = 0; i < _durable.Count; i++)
        {
            if (i >= _open.Last.Value || _open.IdentityAt(new Lsn(i + 1)) != _durable[i])
                world.Fail($"shard {shard}, node {node} reopens its log without record {i + 1}, which was durable");
        }

        // What an opening calls flushed it has synced itself.
        NoteDurable(_open.Recovery.Flushed);
        return _open;
    }

    public void Close()
    {
        _open?.Dispose();
        _open = null;
    }

    public bool IsDurable(Lsn lsn, RecordIdentity identity) =>
        lsn.Value <= _durable.Count && _durable[(int)lsn.Value - 1] == identity;

    internal void NoteCut(Lsn keep)
    {
        if (_durable.Count > keep.Value)
            _durable.RemoveRange((int)keep.Value, _durable.Count - (int)keep.Value);
    }

    private void NoteDurable(Lsn through)
    {
        for (Lsn lsn = new Lsn(_durable.Count).Next; lsn <= through; lsn = lsn.Next)
            _durable.Add(_open!.IdentityAt(lsn));
    }

    private sealed class Listener(RealDisk disk, IStoreOwner owner) : ILogListener
    {
        public void Flushed(Lsn through)
        {
            // A notice from before a cut is late news: the records it speaks of are gone (and the core ignores it).
            through = Lsn.Min(through, disk._open!.Last);
            disk.NoteDurable(through);
            owner.Flushed(through);
        }

        public void FlushFailed(Exception cause) => owner.FlushFailed();
    }
}
