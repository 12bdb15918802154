using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

// Releasing the log's beginning, and snapshots for those who needed it: begun, streamed piece by piece, received beside the old data, installed.
public sealed partial class ReplicaProcess
{
    private const long RetryMicros = 500_000;

    /// <summary>A receiver that has not asked for so long has gone.</summary>
    private const long ServeMicros = 3_000_000;

    private readonly Dictionary<Guid, Serving> _serving = [];
    private ReceivedSnapshot? _offered;
    private Lsn _released;
    private int _requests;
    private long _merges;

    private sealed class Serving(SnapshotOffer offer)
    {
        public SnapshotOffer Offer { get; } = offer;

        public bool IsComplete { get; set; }

        public long CompletedAt { get; set; }

        public long UsedAt { get; set; }
    }

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
        if (Core.Stopped || Core.Cutting || Core.Bootstrap == BootstrapState.Installing)
            return;
        Lsn through = Core.Commit - Node.Model.Random.Between(0, 30);
        if (Core.IsLeading && !ignorePins)
            through = Lsn.Min(through, Core.PinnedFrom - 1);
        if (through > Store.Base)
            Store.Release(through);
    }

    /// <summary>A merge gives up the log's beginning when it is done, not when it is asked.</summary>
    private void NoteReleased()
    {
        if (Core.Stopped || Core.Bootstrap == BootstrapState.Installing)
            return;
        Lsn released = Store.Base;
        if (released > _released)
        {
            _released = released;
            _world.Coverage.LogsReleased++;
            Core.Released(released.Next);
        }

        _world.Coverage.Merges += Store.Merges - _merges;
        _merges = Store.Merges;
    }

    /// <summary>Asks for what is missing; again in a while, unless it came.</summary>
    private void RequestSnapshot()
    {
        if (Core.Stopped || Core.Bootstrap != BootstrapState.Needed || Core.Leader is not { } leader)
            return;
        Message request = NewMessage(MessageKind.SnapshotRequest, leader);
        request.SnapshotPlace = Store.Wanted;
        _world.Network.Send(request);
        int number = ++_requests;
        _world.Loop.After(RetryMicros, () => Node.Take(new ReplicaCallback(this, p =>
        {
            if (number == p._requests)
                p.RequestSnapshot();
        })));
    }

    private void ServeSnapshot(Guid to, SnapshotPlace place)
    {
        if (!Core.IsLeading)
            return;
        if (!_serving.TryGetValue(to, out Serving? serving))
        {
            BeginServing(to);
            return;
        }

        if (!serving.IsComplete)
            return;
        if (place == default && _world.Loop.Now - serving.CompletedAt > RetryMicros / 2)
        {
            // Who asks from the beginning again had no use for that one: it goes on pulling and may be beyond it.
            EndServing(to, serving);
            BeginServing(to);
            return;
        }

        serving.UsedAt = _world.Loop.Now;
        if (!serving.Offer.Has(place))
        {
            // It asks for another one, or for any: from the beginning.
            _world.Coverage.SnapshotsRestarted += place == default ? 0 : 1;
            place = default;
        }
        else if (place.Position != default)
        {
            _world.Coverage.SnapshotPieces++;
        }

        if (serving.Offer.Read(place) is not { } piece)
        {
            EndServing(to, serving);
            return;
        }

        _world.Loop.After(Node.Model.Random.Around(3_000), () => Node.Take(new ReplicaCallback(this, p => p.SendPiece(to, piece))));
    }

    private void SendPiece(Guid to, SnapshotPiece piece)
    {
        Message message = NewMessage(MessageKind.Snapshot, to);
        message.Snapshot = piece;
        _world.Network.Send(message);
    }

    private void BeginServing(Guid to)
    {
        if (Store.BeginSnapshot() is not { } offer)
            return;
        var serving = new Serving(offer);
        _serving.Add(to, serving);
        // It takes its time: what it is worth when it arrives is another question.
        _world.Loop.After(Node.Model.Random.Around(100_000), () => Node.Take(new ReplicaCallback(this, p => p.CompleteSnapshot(to, serving))));
    }

    private void CompleteSnapshot(Guid to, Serving serving)
    {
        if (!Core.IsLeading || !serving.Offer.TryComplete())
        {
            EndServing(to, serving);
            return;
        }

        _world.Coverage.SnapshotsBegun++;
        serving.IsComplete = true;
        serving.CompletedAt = _world.Loop.Now;
        Core.SnapshotBegan(to, serving.Offer.Last);
        ServeSnapshot(to, default);
        WatchServing(to, serving);
    }

    private void WatchServing(Guid to, Serving serving) => _world.Loop.After(ServeMicros, () => Node.Take(new ReplicaCallback(this, p =>
    {
        if (p._world.Loop.Now - serving.UsedAt >= ServeMicros)
            p.EndServing(to, serving);
        else
            p.WatchServing(to, serving);
    })));

    private void EndServing(Guid to, Serving serving)
    {
        if (!_serving.TryGetValue(to, out Serving? current) || current != serving)
            return;
        _serving.Remove(to);
        serving.Offer.Dispose();
        Core.SnapshotEnded(to);
    }

    private void ReceiveSnapshot(SnapshotPiece piece)
    {
        // One that comes when nobody waits for it any more is the core's to refuse.
        if (Core.Stopped || Core.Bootstrap == BootstrapState.Installing)
            return;
        if (Store.Receive(piece) is not { } snapshot)
        {
            RequestSnapshot();
            return;
        }

        _offered = snapshot;
        SnapshotVerdict verdict = Core.SnapshotReceived(
            new SnapshotPosition(snapshot.Lsn, snapshot.Terms, snapshot.Configuration ?? Shard.FirstConfiguration), Now);
        _world.Trace(this, $"snapshot at {snapshot.Lsn}: {verdict}");
        if (verdict == SnapshotVerdict.Installs)
            return;
        _world.Coverage.SnapshotsUseless++;
        Store.DropReceived();
    }

    private void InstallSnapshot()
    {
        ReceivedSnapshot snapshot = _offered!;
        _assembling = null;
        Shard.Checker.BeforeForgetting(this, Core.Commit);
        Store.Install(() => Node.Take(new ReplicaCallback(this, p =>
        {
            p._world.Coverage.SnapshotsInstalled++;
            p.Shard.Checker.Installed(p, snapshot.Lsn);
            if (p._world.Settings.Planted == PlantedBug.VoteInsideSwappedFolder)
                p.Node.Machine.Create(p.Shard.Index, p.Node.Machine.StateOf(p.Shard.Index)!.Value with { Term = snapshot.Terms.TermAt(snapshot.Lsn), Vote = null }, keepDisk: true);
            // What comes with it of the log before its last record no puller is given: to the core that is released already.
            p._released = snapshot.Lsn;
            p.Core.SnapshotInstalled(p.Now);
        })));
    }
}
