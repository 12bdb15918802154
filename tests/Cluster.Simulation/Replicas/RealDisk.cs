using Cluster.Simulation.World;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// One shard of a <see cref="RealMachine"/>. It remembers what any process was told to be durable: a reopened log must hold all of it.
/// </summary>
public sealed class RealDisk(SimulatedWorld world, RealMachine machine, DiskModel model, int node, int shard, string folder) : IReplicaDisk
{
    private static readonly Guid ClusterId = new(99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Behind <see cref="_durableBase"/>.</summary>
    private readonly List<RecordIdentity> _durable = [];

    /// <summary>A snapshot stands for everything up to here.</summary>
    private Lsn _durableBase;

    private StoreScheduler? _scheduler;
    private Listener? _listener;
    private RealStore? _open;

    private Lsn DurableLsn => _durableBase + _durable.Count;

    public IReplicaStore Open(IStoreOwner owner)
    {
        _listener = new Listener(this, owner);
        _open = new RealStore(this, OpenStore(), owner, world.Loop, model.Random);
        for (Lsn lsn = Lsn.Max(_durableBase, _open.Base).Next; lsn <= DurableLsn; lsn = lsn.Next)
        {
            if (lsn > _open.Last || _open.IdentityAt(lsn) != _durable[(int)(lsn - _durableBase) - 1])
                world.Fail($"shard {shard}, node {node} reopens its log without record {lsn}, which was durable");
        }

        if (_open.Last < _durableBase)
            world.Fail($"shard {shard}, node {node} reopens its log up to {_open.Last} without the snapshot at {_durableBase} that it had installed");
        // What an opening calls flushed it has synced itself.
        NoteDurable(_open.Recovery.Flushed);
        return _open;
    }

    public void Close()
    {
        _scheduler?.Die();
        _open?.Dispose();
        _open = null;
    }

    public bool IsDurable(Lsn lsn, RecordIdentity identity) =>
        lsn <= DurableLsn && (lsn <= _durableBase || _durable[(int)(lsn - _durableBase) - 1] == identity);

    internal ShardStore OpenStore()
    {
        _scheduler?.Die();
        _scheduler = new StoreScheduler(machine.Scheduler);
        return ShardStore.Open(new ShardStoreOptions
        {
            Log = new ShardLogOptions
            {
                Folder = folder,
                Shard = shard,
                ClusterId = ClusterId,
                Environment = machine.Environment(_scheduler),
                Listener = _listener!,
                NodeState = machine.StateFile,
                SegmentBytes = 16 * 1024,
                BufferBytes = 64 * 1024,
            },
            Merge = new MergeOptions { Ratio = 0.2, MinBytes = 16 * 1024, FileBytes = 64 * 1024, BytesPerSecond = 64 << 20 },
            Hasher = new SipKeyHasher(1, 2),
            Epochs = new EpochDomain(),
        });
    }

    internal SnapshotReceiveOptions ReceiveOptions(Lsn commit) => new()
    {
        Folder = folder, Shard = shard, ClusterId = ClusterId, OwnCommit = commit, Environment = machine.Environment(_scheduler!), SyncBytes = 32 * 1024,
    };

    internal void NoteCut(Lsn keep)
    {
        if (DurableLsn > keep)
            _durable.RemoveRange((int)(keep - _durableBase), (int)(DurableLsn - keep));
    }

    internal void NoteInstalled(Lsn last)
    {
        _durable.Clear();
        _durableBase = last;
    }

    internal void NoteDurable(Lsn through)
    {
        for (Lsn lsn = DurableLsn.Next; lsn <= through; lsn = lsn.Next)
            _durable.Add(_open!.IdentityAt(lsn));
    }

    private sealed class Listener(RealDisk disk, IStoreOwner owner) : ILogListener
    {
        public void Flushed(Lsn through)
        {
            if (disk._open is null)
                return;
            // A notice from before a cut is late news: the records it speaks of are gone (and the core ignores it).
            through = Lsn.Min(through, disk._open.Last);
            disk.NoteDurable(through);
            owner.Flushed(through);
        }

        public void FlushFailed(Exception cause) => owner.FlushFailed();
    }
}
