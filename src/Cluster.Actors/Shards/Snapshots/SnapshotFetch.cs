using System.Collections.Concurrent;
using Akka.Event;
using Cluster.Storage;
using Cluster.Storage.Snapshots;

namespace Cluster.Actors.Shards;

/// <summary>What is known of a copy that a replica needs; for operators. Replaced as a whole.</summary>
/// <param name="Source">The node that it is asked of.</param>
/// <param name="Cause">With the numbers that led to it.</param>
/// <param name="BytesReceived">Of <paramref name="BytesTotal"/>, 0 until the manifest has come.</param>
/// <param name="SinceMicros">Monotonic µs.</param>
public sealed record BootstrapReport(Guid Source, string Cause, long BytesReceived, long BytesTotal, long SinceMicros);

/// <summary>
/// Fetches a snapshot beside the old replica, receiver's side. The shard's actor says from whom and passes chunks on; a worker, one at a time, writes, syncs, asks for
/// more, and verifies the whole. What has come survives a break of the link and a restart of this process.
/// </summary>
/// <remarks>
/// Invariants: (F1) the receiver of the storage engine is touched by the one worker that runs. (F2) chunks of another stream than the newest are passed over: a
/// new stream begins where the receiver is. (F3) nothing of the shard's folder is touched here: only <see cref="Reopening"/> swaps, and only
/// what this has verified.
/// What a crash leaves: the incoming folder, which the next fetch of the shard goes on with, or drops if its source has another snapshot.
/// </remarks>
internal sealed class SnapshotFetch(LocalShard local, ShardServices services, IShardMailbox mailbox, IShardJournal journal) : IBlockingWork
{
    /// <summary>A source that says nothing for so long is asked again, from where the receiver is.</summary>
    private const long SilenceMicros = 2_000_000;

    /// <summary>Chunk bytes after which the source is told of them, at the latest.</summary>
    private const long TellBytes = 512 << 10;

    /// <summary>Synced after so many bytes: no more than a source keeps ahead, so that the next ones come meanwhile; no fewer, because every sync holds up the syncs of others.</summary>
    private const long SyncBytes = SnapshotSession.AheadBytesMax;

    /// <summary>What may wait for the worker; a source keeps fewer ahead, so more is of another stream.</summary>
    private const long WaitingBytesMax = 2 * SnapshotSession.AheadBytesMax;

    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<SnapshotAnswer> _chunks = new();
    private readonly BlockingWorkers _workers = services.Transfers.Workers;
    private readonly MonotonicClock _clock = new(services.Time);

    // Of the shard's actor.
    private string _cause = "";
    private long _heardAt;
    private long _askAt = long.MaxValue;
    private long _since;
    private bool _active;

    // Under the lock.
    private Guid _source;
    private long _stream;
    private long _commit;
    private bool _ask;
    private bool _anew;
    private bool _drop;
    private bool _discard;
    private bool _running;
    private long _waitingBytes;

    // Of the worker that runs.
    private SnapshotReceiver? _receiver;
    private long _streamServed;
    private long _received;
    private long _told;
    private bool _complete;
    private long _bytesReceived;
    private long _bytesTotal;
    private long _cameSince;

    /// <summary>A snapshot is wanted.</summary>
    public bool IsActive => _active;

    public Guid Source => _source;

    public long DueAt => !_active ? long.MaxValue : Math.Min(_askAt, _heardAt + SilenceMicros);

    public BootstrapReport? Report => _active ? new BootstrapReport(_source, _cause, Interlocked.Read(ref _bytesReceived), Interlocked.Read(ref _bytesTotal), _since) : null;

    /// <summary>Bytes that came since the last call. Of the shard's actor.</summary>
    public long TakeReceived()
    {
        long came = _cameSince;
        _cameSince = 0;
        return came;
    }

    /// <summary>A snapshot of that node is wanted, because of that. Again with a source that answers: nothing changes.</summary>
    public void Begin(Guid source, string cause, Lsn commit, long now)
    {
        if (_active && (source == _source || now - _heardAt < SilenceMicros)) return;
        if (!_active) (_since, _complete) = (now, false);
        _active = true;
        _cause = cause;
        Ask(source, commit, anew: false, now);
    }

    /// <summary>It is not wanted any more, or of no use: what has come of it is deleted.</summary>
    public void Abandon()
    {
        if (!_active) return;
        Stop(discard: true);
    }

    /// <summary>The replica stops or is closed for the swap: what has come stays, and no worker touches it once <see cref="LocalShard.IsQuiet"/>.</summary>
    public void Leave()
    {
        if (_active) Stop(discard: false);
    }

    public void Receive(Guid from, SnapshotAnswer answer, Lsn commit, Guid? leader, long now)
    {
        lock (_gate)
        {
            if (!_active || from != _source || answer.Stream != _stream || _waitingBytes > WaitingBytesMax)
            {
                answer.Release();
                return;
            }
        }

        _heardAt = now;
        switch (answer.Outcome)
        {
            case SnapshotOutcome.Chunk:
                local.BootstrapBackOff.Cancel();
                _cameSince += answer.Chunk!.Length;
                Interlocked.Add(ref _waitingBytes, answer.Chunk!.Length);
                _chunks.Enqueue(answer);
                Schedule();
                break;
            case SnapshotOutcome.Gone:
                Ask(_source, commit, anew: true, now);
                break;
            case SnapshotOutcome.NotLeader when leader is { } other && other != _source:
                Ask(other, commit, anew: true, now);
                break;
            default:
                AskLater($"{answer.Outcome} at {from}", refused: false, now);
                break;
        }
    }

    /// <summary>The worker could not go on: see <see cref="SnapshotProblem"/>. Begun anew after a while.</summary>
    public void Broken(SnapshotBroken broken, long now)
    {
        if (!_active) return;
        bool refused = broken.Cause is SnapshotException { Problem: not (SnapshotProblem.Damaged or SnapshotProblem.Incomplete or SnapshotProblem.NotNewer) };
        if (local.BootstrapBackOff.Cause != broken.Cause.Message) journal.Error(broken.Cause, "the snapshot cannot be received; it is tried again");
        AskLater(broken.Cause.Message, refused, now);
    }

    public void Tick(Guid? leader, Lsn commit, long now)
    {
        if (!_active || _complete) return;
        if (now >= _askAt || (now - _heardAt >= SilenceMicros && _askAt == long.MaxValue))
        {
            // A source that was lost with its process leaves the leader to be asked; if that has another snapshot the receiver is told so.
            bool silent = now - _heardAt >= SilenceMicros;
            Ask(silent && leader is { } other && other != services.NodeId ? other : _source, commit, anew: false, now);
        }
    }

    /// <summary>What waited because of a refusal is tried at once: things have changed.</summary>
    public void Hurry(long now)
    {
        if (_active && _askAt != long.MaxValue) _askAt = now;
    }

    private void Ask(Guid source, Lsn commit, bool anew, long now)
    {
        lock (_gate)
        {
            _source = source;
            _commit = commit.Value;
            _stream = Math.Max(_stream + 1, services.FirstForwardStream());
            _ask = true;
            _anew |= anew;
            _drop = _discard = false;
        }

        _heardAt = now;
        _askAt = long.MaxValue;
        Schedule();
    }

    private void AskLater(string cause, bool refused, long now) => _askAt = now + (long)local.BootstrapBackOff.Next(cause, refused).TotalMicroseconds;

    private void Stop(bool discard)
    {
        _active = false;
        _askAt = long.MaxValue;
        lock (_gate)
        {
            _stream++;
            _ask = false;
            (_drop, _discard) = (true, discard);
        }

        Schedule();
    }

    private void Schedule()
    {
        lock (_gate)
        {
            if (_running) return;
            _running = true;
            local.BeginOperation();
        }

        // All workers are busy and so is their queue: what waits is asked for again after the silence.
        if (!_workers.TryRun(this)) EndRun();
    }

    private void EndRun()
    {
        lock (_gate)
        {
            _running = false;
            local.EndOperation();
        }
    }

    void IBlockingWork.Run()
    {
        try
        {
            Work();
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
        {
            Drop();
            if (e is SnapshotException { Problem: SnapshotProblem.Damaged or SnapshotProblem.NotNewer or SnapshotProblem.Foreign }) TryDiscard();
            EndRun();
            mailbox.Post(new SnapshotBroken(this, e));
            return;
        }

        lock (_gate)
        {
            EndRun();
            if (_chunks.IsEmpty && !_ask && !_drop) return;
        }

        Schedule();
    }

    private void Work()
    {
        while (true)
        {
            bool ask, anew, drop, discard;
            lock (_gate)
            {
                (ask, anew, drop, discard) = (_ask, _anew, _drop, _discard);
                _ask = _drop = _discard = false;
                if (ask) _anew = false;
            }

            if (drop)
            {
                Drop();
                if (discard) TryDiscard();
                if (!ask) return;
            }

            if (ask && !_complete) AskNow(anew);
            if (!_chunks.TryDequeue(out var answer)) break;
            Interlocked.Add(ref _waitingBytes, -answer.Chunk!.Length);
            try
            {
                if (!_complete && answer.Stream == _streamServed && _receiver is not null) Take(answer);
            }
            finally
            {
                answer.Release();
            }
        }

        if (_receiver is not null && !_complete && _received > _told) Tell();
    }

    private void AskNow(bool anew)
    {
        var receiver = _receiver ??= SnapshotReceiver.OpenOrBegin(Options());
        if (anew && receiver.Snapshot is not null)
        {
            receiver.Cancel();
            receiver.Dispose();
            _receiver = receiver = SnapshotReceiver.OpenOrBegin(Options());
        }

        NoteProgress(receiver);
        if (receiver.IsComplete)
        {
            Verify();
            return;
        }

        (_received, _told) = (0, 0);
        Tell(newStream: true);
    }

    private void Take(SnapshotAnswer answer)
    {
        var bytes = answer.Chunk is ReceivedBytes received ? received.Bytes.Span : Copy(answer.Chunk!);
        var acceptance = _receiver!.Accept(bytes);
        _received += bytes.Length;
        NoteProgress(_receiver);
        switch (acceptance)
        {
            case SnapshotAcceptance.Taken or SnapshotAcceptance.Duplicate:
                if (_received - _told >= TellBytes) Tell();
                break;
            case SnapshotAcceptance.Complete:
                Tell(); // nothing is missing: while it is verified no writer need be slow for it
                Verify();
                break;
            default:
                // Something before it is missing (F2): another stream from where this is. Another snapshot begins with its own beginning.
                lock (_gate)
                {
                    _stream++;
                    _ask = true;
                    _anew |= acceptance == SnapshotAcceptance.Other;
                }

                break;
        }
    }

    /// <summary>To the last byte, while the old replica serves (N6).</summary>
    private void Verify()
    {
        var options = Options();
        _receiver!.Dispose();
        _receiver = null;
        long received = _clock.Now;
        var manifest = SnapshotVerifier.Verify(options);
        _complete = true;
        mailbox.Post(new SnapshotFetched(this, manifest, options, received));
    }

    private void Tell(bool newStream = false)
    {
        Guid to;
        long commit;
        lock (_gate)
        {
            if (newStream) _streamServed = _stream;
            else if (_streamServed != _stream) return;
            (to, commit) = (_source, _commit);
        }

        _told = _received;
        services.Peers.Send(to, local.Shard, new SnapshotRequest(_streamServed, _receiver!.Snapshot ?? Guid.Empty, _receiver.Position, _received, commit));
    }

    private SnapshotReceiveOptions Options() => new()
    {
        Folder = local.Options.Folder,
        Shard = local.Shard,
        ClusterId = local.Options.ClusterId,
        Environment = local.Options.Environment,
        OwnCommit = new Lsn(Interlocked.Read(ref _commit)),
        Fsync = local.Options.Fsync,
        SyncBytes = SyncBytes,
    };

    private void NoteProgress(SnapshotReceiver receiver)
    {
        Interlocked.Exchange(ref _bytesReceived, receiver.BytesReceived);
        Interlocked.Exchange(ref _bytesTotal, receiver.BytesTotal);
    }

    private void Drop()
    {
        try
        {
            // What has come need not come again.
            _receiver?.Sync();
        }
        catch (Exception e) when (e is StorageException or IOException)
        {
            journal.Warning($"what has come of a snapshot is resumed from its last sync on: {e.Message}");
        }

        _receiver?.Dispose();
        _receiver = null;
        while (_chunks.TryDequeue(out var answer))
        {
            Interlocked.Add(ref _waitingBytes, -answer.Chunk!.Length);
            answer.Release();
        }
    }

    /// <summary>Deletes what has come; left over it would be but space.</summary>
    private void TryDiscard()
    {
        try
        {
            using var receiver = SnapshotReceiver.OpenOrBegin(Options());
            receiver.Cancel();
        }
        catch (Exception e) when (e is StorageException or IOException)
        {
            journal.Warning($"what has come of a snapshot could not be deleted: {e.Message}");
        }
    }

    private static ReadOnlySpan<byte> Copy(RecordBytes chunk)
    {
        byte[] bytes = new byte[chunk.Length];
        chunk.CopyTo(bytes);
        return bytes;
    }
}

/// <summary>A snapshot is here, complete, durable and verified. To the shard, from the fetch's worker.</summary>
/// <param name="ReceivedAt">When its last byte was durable and it began to be verified, monotonic µs.</param>
internal sealed record SnapshotFetched(SnapshotFetch Fetch, SnapshotManifest Manifest, SnapshotReceiveOptions Options, long ReceivedAt) : IDeadLetterSuppression;

/// <summary>The fetch's worker could not go on.</summary>
internal sealed record SnapshotBroken(SnapshotFetch Fetch, Exception Cause) : IDeadLetterSuppression;
