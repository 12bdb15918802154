using System.Buffers;
using Akka.Event;
using Cluster.Storage;
using Cluster.Storage.Snapshots;

namespace Cluster.Actors.Shards;

/// <summary>
/// One snapshot on its way to one replica, source's side. Reads and sends on a worker, at most <see cref="AheadBytesMax"/> bytes ahead of what the receiver has
/// acknowledged; a lost message is found by the receiver, which then asks for a new stream from where it is.
/// Invariants: one worker at a time runs a session; the lease is disposed once, by whoever sees the end last (the worker, or <see cref="End"/>).
/// </summary>
internal sealed class SnapshotSession(int shard, Guid to, ShardServices services, IShardMailbox mailbox) : IBlockingWork
{
    /// <summary>Bytes of content in a chunk: small enough that a heartbeat behind one is not late on a slow line.</summary>
    public const int ChunkContentBytes = 256 << 10;

    /// <summary>As much as a receiver syncs at once (<see cref="SnapshotFetch"/>): its disk and the line are busy at the same time.</summary>
    public const long AheadBytesMax = 32L << 20;

    /// <summary>Chunks of one turn on a worker; then other transfers get theirs.</summary>
    private const int ChunksPerTurn = 16;

    private readonly Lock _gate = new();
    private readonly BlockingWorkers _workers = services.Transfers.Workers;
    private SnapshotLease? _lease;
    private SnapshotReader? _reader;
    private SnapshotPosition? _seek;
    private long _stream;
    private long _sent;
    private long _acknowledged;
    private long _dueAt = long.MaxValue;
    private long _bytesSent;
    private bool _running;
    private bool _ended;

    public Guid To => to;

    /// <summary>The commit LSN of the receiver as of its last request. Of the shard's actor.</summary>
    public long ReceiverCommit { get; set; }

    /// <summary>Monotonic µs of the receiver's last request. Of the shard's actor.</summary>
    public long HeardAt { get; set; }

    public long BeganAt { get; init; }

    /// <summary>Bytes that went out, all streams together. Any thread.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>What its receiver has not acknowledged of the snapshot, bytes; 0 before it is ready. Of the shard's actor.</summary>
    public long BytesLeft { get; private set; }

    /// <summary>Null until the snapshot is ready. Of the shard's actor.</summary>
    public SnapshotLease? Lease => _lease;

    /// <summary>When <see cref="Schedule"/> wants to be called again, monotonic µs.</summary>
    public long DueAt => Volatile.Read(ref _dueAt);

    public void Open(SnapshotLease lease)
    {
        lock (_gate)
        {
            _lease = lease;
            _reader = new SnapshotReader(lease, ChunkContentBytes);
        }

        BytesLeft = lease.Bytes;

        Schedule();
    }

    /// <summary>False: the snapshot has no such place, so the receiver has another one.</summary>
    public bool Request(SnapshotRequest request)
    {
        lock (_gate)
        {
            if (request.Stream > _stream)
            {
                if (request.Snapshot != Guid.Empty && request.Snapshot != _lease?.Manifest.Id) return false;
                _stream = request.Stream;
                _seek = request.Snapshot == Guid.Empty ? SnapshotPosition.Start : request.Position;
                _sent = _acknowledged = 0;
            }
            else if (request.Stream == _stream)
            {
                _acknowledged = Math.Max(_acknowledged, Math.Min(request.ReceivedBytes, _sent));
            }
        }

        NoteLeft(request);

        Schedule();
        return true;
    }

    public void Schedule()
    {
        lock (_gate)
        {
            Volatile.Write(ref _dueAt, long.MaxValue);
            if (_running || _ended || _reader is null) return;
            _running = true;
        }

        if (_workers.TryRun(this)) return;
        lock (_gate)
        {
            _running = false;
            // All workers are busy and so is their queue: at the next tick.
            Volatile.Write(ref _dueAt, 0);
            if (_ended) _lease!.Dispose();
        }
    }

    public void End()
    {
        lock (_gate)
        {
            if (_ended) return;
            _ended = true;
            Volatile.Write(ref _dueAt, long.MaxValue);
            if (!_running) _lease?.Dispose();
        }
    }

    void IBlockingWork.Run()
    {
        for (int i = 0; i < ChunksPerTurn; i++)
        {
            if (!TrySendNext()) return;
        }

        lock (_gate) _running = false;
        if (_ended) EndTurn();
        else Schedule();
    }

    /// <summary>False: the turn is over, and so said.</summary>
    private bool TrySendNext()
    {
        long stream;
        lock (_gate)
        {
            if (_ended || !TryPlace() || _reader!.IsAtEnd || _sent - _acknowledged >= AheadBytesMax) return EndTurn();
            if (!services.Transfers.Throttle.TryTake(ChunkContentBytes, out long wait))
            {
                Volatile.Write(ref _dueAt, new MonotonicClock(services.Time).Now + wait);
                return EndTurn();
            }

            stream = _stream;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(_reader!.ChunkBytesMax);
        int length;
        try
        {
            _reader.TryRead(buffer, out length);
        }
        catch (Exception e) when (e is StorageException or IOException or ObjectDisposedException)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            services.Peers.Send(to, shard, new SnapshotAnswer(stream, SnapshotOutcome.Failed));
            mailbox.Post(new SnapshotFailed(this, e));
            lock (_gate) return EndTurn();
        }

        // A request of a newer stream may have come meanwhile: then this chunk is of the old one, and the receiver passes it over.
        lock (_gate)
        {
            if (_stream == stream) _sent += length;
            Interlocked.Add(ref _bytesSent, length);
        }

        services.Peers.Send(to, shard, new SnapshotAnswer(stream, SnapshotOutcome.Chunk, new RentedChunk(buffer, length)));
        return true;
    }

    /// <summary>Under the lock. False: the receiver has asked for a place that there is not; it is told to begin anew.</summary>
    private bool TryPlace()
    {
        if (_seek is not { } position) return true;
        _seek = null;
        if (_reader!.TrySeek(position)) return true;
        services.Peers.Send(to, shard, new SnapshotAnswer(_stream, SnapshotOutcome.Gone));
        return false;
    }

    private void NoteLeft(SnapshotRequest request)
    {
        if (_lease is not { } lease || request.Snapshot != lease.Manifest.Id) return;
        var (files, at) = (lease.Manifest.Files, request.Position);
        if (at.File is 0) return; // a manifest has no size to speak of
        long left = -at.Offset;
        for (int i = Math.Max(0, at.File - 1); i < files.Count; i++) left += files[i].Length;
        BytesLeft = Math.Max(0, left);
    }

    private bool EndTurn()
    {
        lock (_gate)
        {
            _running = false;
            if (_ended) _lease?.Dispose();
        }

        return false;
    }
}

/// <summary>A snapshot cannot be read. From the session's worker to the shard.</summary>
internal sealed record SnapshotFailed(SnapshotSession Session, Exception Cause) : IDeadLetterSuppression;
