using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Sessions;

namespace Cluster.Simulation.Replicas;

// Releasing the log's beginning, and snapshots for those who needed it.
public sealed partial class ReplicaProcess
{
    private const long RetryMicros = 500_000;

    private MemorySnapshot? _offered;

    /// <summary>Now and then the log's beginning goes; at times without regard for who may still need it.</summary>
    private void PlanRelease()
    {
        if (_world.ReleaseMicros == 0)
            return;
        _world.Loop.After(Node.Model.Random.Around(_world.ReleaseMicros), () => Node.Take(new ReplicaCallback(this, static p =>
        {
            p.Release(ignorePins: p.Node.Model.Random.Chance(0.5));
            p.PlanRelease();
        })));
    }

    private void Release(bool ignorePins)
    {
        if (Core.Stopped || Core.Cutting)
            return;
        Lsn through = Core.Commit - Node.Model.Random.Between(0, 30);
        if (Core.IsLeading && !ignorePins)
            through = Lsn.Min(through, Core.PinnedFrom - 1);
        if (through <= Store.Base || !Store.Release(through))
            return;
        _world.Coverage.LogsReleased++;
        Core.Released(Store.Base.Next);
    }

    private void RequestSnapshot()
    {
        if (Core.Stopped || Core.Bootstrap != BootstrapState.Needed || Core.Leader is not { } leader)
            return;
        _world.Network.Send(NewMessage(MessageKind.SnapshotRequest, leader));
        _world.Loop.After(RetryMicros, () => Node.Take(new ReplicaCallback(this, static p => p.RequestSnapshot())));
    }

    private void SendSnapshot(Guid to)
    {
        if (!Core.IsLeading || Store.TakeSnapshot() is not { } snapshot)
            return;
        Core.SnapshotBegan(to, snapshot.Lsn);
        // It takes its time: what it is worth when it arrives is another question.
        _world.Loop.After(Node.Model.Random.Around(100_000), () => Node.Take(new ReplicaCallback(this, p =>
        {
            Message message = p.NewMessage(MessageKind.Snapshot, to);
            message.Snapshot = p._world.Settings.Planted == PlantedBug.SessionsMissingFromSnapshot ? snapshot with { Sessions = NoSessions() } : snapshot;
            p._world.Network.Send(message);
            p.Core.SnapshotEnded(to);
        })));
    }

    private static byte[] NoSessions()
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        SessionTableCodec.Write(new SessionTable(), bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private void ReceiveSnapshot(MemorySnapshot snapshot)
    {
        _offered = snapshot;
        SnapshotVerdict verdict = Core.SnapshotReceived(
            new SnapshotPosition(snapshot.Lsn, snapshot.Terms, snapshot.Configuration ?? Shard.FirstConfiguration), Now);
        _world.Trace(this, $"snapshot at {snapshot.Lsn}: {verdict}");
        _world.Coverage.SnapshotsUseless += verdict == SnapshotVerdict.Installs ? 0 : 1;
    }

    private void InstallSnapshot()
    {
        MemorySnapshot snapshot = _offered!;
        _assembling = null;
        Store.Install(snapshot, () => Node.Take(new ReplicaCallback(this, p =>
        {
            p._world.Coverage.SnapshotsInstalled++;
            p.Shard.Checker.Installed(p, snapshot);
            if (p._world.Settings.Planted == PlantedBug.VoteInsideSwappedFolder)
                p.Node.Machine.Create(p.Shard.Index, p.Node.Machine.StateOf(p.Shard.Index)!.Value with { Term = snapshot.Terms.TermAt(snapshot.Lsn), Vote = null }, keepDisk: true);
            p.Core.SnapshotInstalled(p.Now);
        })));
    }
}
