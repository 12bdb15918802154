using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Snapshots;

namespace Cluster.Simulation.Replicas;

// Giving up the log's beginning by merges, snapshots from their beginning to their installation.
public sealed partial class RealStore
{
    private SnapshotReceiver? _receiver;

    public SnapshotPlace Wanted => _receiver is { IsComplete: false, Snapshot: { } id } ? new SnapshotPlace(id, _receiver.Position) : default;

    public void Release(Lsn through)
    {
        _store.ReleaseBelow(through.Next);
        _store.ReclaimMemory();
        NoteMerges();
    }

    public SnapshotOffer? BeginSnapshot() => _store.Log.Failure == null ? new RealOffer(_store.BeginSnapshot()) : null;

    public ReceivedSnapshot? Receive(SnapshotPiece piece)
    {
        try
        {
            _receiver ??= SnapshotReceiver.OpenOrBegin(_disk.ReceiveOptions(_store.CommitLsn));
            _receiver.Accept(((RealPiece)piece).Chunk);
        }
        catch (SnapshotException refused) when (refused.Problem == SnapshotProblem.NotNewer)
        {
            // Pulling went on meanwhile.
            DropReceived();
            return null;
        }
        catch (StorageFailedException)
        {
            // What has come up to the last sync is still there for the next receiver.
            CloseReceiver();
            return null;
        }

        return _receiver.IsComplete ? Describe(_receiver.Manifest!) : null;
    }

    public void DropReceived()
    {
        try
        {
            _receiver?.Cancel();
        }
        catch (StorageFailedException)
        {
            // The next receiver finds it and drops it itself.
        }

        CloseReceiver();
    }

    public void Install(Action done)
    {
        Lsn commit = _store.CommitLsn;
        CloseReceiver();
        // On the lane's own time: the store may not be disposed while the lane still closes it.
        _store.Close(failure => _loop.After(0, () =>
        {
            if (_abandoned)
                return;
            if (failure != null)
                _owner.FlushFailed();
            else
                Swap(commit, done);
        }));
    }

    private void Swap(Lsn commit, Action done)
    {
        _store.Dispose();
        try
        {
            _disk.NoteInstalled(SnapshotInstall.Run(_disk.ReceiveOptions(commit), OldReplica.Replace).Last);
            _store = _disk.OpenStore();
        }
        catch (StorageFailedException)
        {
            // The next opening finds the old replica or the new one.
            _owner.FlushFailed();
            return;
        }

        TakeUp();
        _disk.NoteDurable(_store.FlushedLsn);
        done();
    }

    private void CloseReceiver()
    {
        _receiver?.Dispose();
        _receiver = null;
    }

    private void NoteMerges()
    {
        Lsn merged = _store.Manifest?.MergedThrough ?? Lsn.None;
        if (merged == _mergedThrough)
            return;
        _mergedThrough = merged;
        Merges++;
    }

    private static ReceivedSnapshot Describe(SnapshotManifest manifest)
    {
        var terms = new TermTable();
        foreach (TermStart start in manifest.Timeline)
            terms.Append(start.Term, start.First);
        Configuration? configuration = manifest.Configuration is { } record ? ConfigurationCodec.Read(record.Lsn, record.Payload.Span) : null;
        return new ReceivedSnapshot(manifest.Last, terms, configuration);
    }
}

/// <summary>One chunk of the stream.</summary>
public sealed class RealPiece(byte[] chunk) : SnapshotPiece
{
    public byte[] Chunk { get; } = chunk;
}

public sealed class RealOffer(SnapshotStart start) : SnapshotOffer
{
    private const int ChunkBytes = 16 * 1024;

    private SnapshotLease? _lease;

    public override Lsn Last => _lease!.Manifest.Last;

    public override bool TryComplete()
    {
        try
        {
            _lease = start.Complete();
        }
        catch (StorageFailedException)
        {
            return false;
        }

        return _lease != null;
    }

    public override bool Has(in SnapshotPlace place) => place.Snapshot == _lease!.Manifest.Id;

    public override SnapshotPiece? Read(in SnapshotPlace place)
    {
        var reader = new SnapshotReader(_lease!, ChunkBytes);
        var chunk = new byte[reader.ChunkBytesMax];
        return reader.TrySeek(place.Position) && reader.TryRead(chunk, out int length) ? new RealPiece(chunk[..length]) : null;
    }

    public override void Dispose()
    {
        start.Dispose();
        _lease?.Dispose();
    }
}
