using Akka.Event;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Snapshots;

namespace Cluster.Actors.Shards;

/// <summary>
/// The snapshots that a replica sends to others of its shard, one per receiver; of the shard's actor. The leader begins them; one that has begun goes on after the
/// leadership, for what is in it is committed.
/// </summary>
/// <remarks>
/// Invariants: (Q1) the log is pinned before the snapshot's files are held (N3 of the storage engine), until the receiver has acknowledged its end, was
/// silent for <see cref="SilenceMicros"/>, or the pin holds more than `cluster.wal-keep-bytes`. (Q2) a crash of the source leaves nothing behind: pins and open
/// files are the process's, the receiver is told that its snapshot is gone and begins anew.
/// </remarks>
internal sealed class SnapshotSource(int shard, ShardServices services, ShardStore store, long keepBytes, IShardMailbox mailbox, IShardJournal journal) : IDisposable
{
    /// <summary>A receiver that was silent for so long will begin anew.</summary>
    private const long SilenceMicros = 600_000_000;

    /// <summary>One that was silent for so long slows no writers: it is away, or busy with the copy that it has.</summary>
    private const long PaceSilenceMicros = 5_000_000;

    private readonly List<SnapshotSession> _sessions = [];
    private long _bytesSentBefore;

    public int Count => _sessions.Count;

    /// <summary>Snapshots that were installed by their receivers.</summary>
    public long Served { get; private set; }

    /// <summary>Bytes of snapshots that went out, repetitions included.</summary>
    public long BytesSent
    {
        get
        {
            long sent = _bytesSentBefore;
            foreach (var session in _sessions) sent += session.BytesSent;
            return sent;
        }
    }

    public long DueAt
    {
        get
        {
            long due = long.MaxValue;
            foreach (var session in _sessions) due = Math.Min(due, session.DueAt);
            return due;
        }
    }

    public void Receive(Guid from, SnapshotRequest request, ReplicaCore core, long now)
    {
        var session = Find(from);
        if (session is null)
        {
            if (request.Snapshot != Guid.Empty) Answer(from, request, SnapshotOutcome.Gone);
            else if (!core.IsLeading || !core.Configuration.TryFind(from, out _)) Answer(from, request, SnapshotOutcome.NotLeader);
            else Begin(from, request, now);
            return;
        }

        session.HeardAt = now;
        session.ReceiverCommit = request.Commit;
        if (session.Lease is { } lease && request.Snapshot == Guid.Empty && (lease.Pin.IsRevoked || lease.Manifest.Last.Value <= request.Commit))
        {
            // What follows this one is released, or the receiver has got beyond it: it needs a newer one.
            End(session, core);
            Receive(from, request, core, now);
        }
        else if (!session.Request(request))
        {
            Answer(from, request, SnapshotOutcome.Gone);
        }
    }

    /// <summary>The snapshot's end was found, or there is none.</summary>
    public void Ready(SnapshotReady ready, ReplicaCore core, long now)
    {
        var session = ready.Session;
        if (!_sessions.Contains(session))
        {
            ready.Lease?.Dispose();
            return;
        }

        if (ready.Failure is { } failure)
        {
            journal.Error(failure, $"a snapshot for {session.To} could not be begun");
            services.Peers.Send(session.To, shard, new SnapshotAnswer(ready.Stream, SnapshotOutcome.Failed));
            End(session, core);
        }
        else if (ready.Lease is not { } lease || lease.Manifest.Last.Value <= session.ReceiverCommit)
        {
            ready.Lease?.Dispose();
            services.Peers.Send(session.To, shard, new SnapshotAnswer(ready.Stream, SnapshotOutcome.NotYet));
            End(session, core);
        }
        else
        {
            journal.Info($"sends {session.To} a snapshot that ends with LSN {lease.Manifest.Last.Value}: {lease.Manifest.Files.Count} files, {lease.Bytes} bytes; the log is kept from there on, up to {keepBytes} bytes");
            core.SnapshotBegan(session.To, lease.Manifest.Last);
            session.HeardAt = now;
            session.Open(lease);
        }
    }

    public void Failed(SnapshotFailed failed, ReplicaCore core)
    {
        if (!_sessions.Contains(failed.Session)) return;
        journal.Error(failed.Cause, $"the snapshot for {failed.Session.To} cannot be read");
        End(failed.Session, core);
    }

    /// <summary>A member has this durable: once it is the snapshot's end, its log goes on from there by itself.</summary>
    public void Acknowledged(Guid from, Lsn durable, ReplicaCore core, long now)
    {
        if (_sessions.Count == 0 || Find(from) is not { Lease: { } lease } session || durable < lease.Manifest.Last) return;
        journal.Info($"{from} has installed the snapshot that ends with LSN {lease.Manifest.Last.Value} and goes on from there: {session.BytesSent} bytes sent, {(now - session.BeganAt) / 1000} ms");
        Served++;
        End(session, core);
    }

    public void Tick(ReplicaCore core, long now)
    {
        for (int i = _sessions.Count - 1; i >= 0; i--)
        {
            var session = _sessions[i];
            if (now - session.HeardAt > SilenceMicros)
            {
                journal.Warning($"{session.To} has asked for nothing of its snapshot for {SilenceMicros / 1_000_000} s: it is given up");
                End(session, core);
            }
            else if (now >= session.DueAt)
            {
                session.Schedule();
            }
        }
    }

    /// <summary>Of the transfer that has most before it; null: none is under way (B1 of <see cref="WriterBrake"/>).</summary>
    public TransferPace? PaceAt(long now)
    {
        TransferPace? slowest = null;
        foreach (var session in _sessions)
        {
            if (session.Lease is not { Pin.IsRevoked: false } lease || session.BytesLeft == 0 || now - session.HeardAt > PaceSilenceMicros) continue;
            if (slowest?.BytesLeft >= session.BytesLeft) continue;
            long held = lease.Pin.BytesHeld;
            slowest = new TransferPace(session.BytesLeft, held < keepBytes / 2 ? long.MaxValue : keepBytes - held);
        }

        return slowest;
    }

    public void Dispose()
    {
        foreach (var session in _sessions) session.End();
        _sessions.Clear();
    }

    private SnapshotSession? Find(Guid node)
    {
        foreach (var session in _sessions)
        {
            if (session.To == node) return session;
        }

        return null;
    }

    private void Begin(Guid to, SnapshotRequest request, long now)
    {
        var session = new SnapshotSession(shard, to, services, mailbox) { HeardAt = now, BeganAt = now, ReceiverCommit = request.Commit };
        session.Request(request);
        var start = store.BeginSnapshot(new SnapshotOptions { PinBytesMax = keepBytes }); // Q1: pins first
        if (services.Transfers.Workers.TryRun(new SnapshotCompletion(start, session, request.Stream, mailbox)))
        {
            _sessions.Add(session);
            return;
        }

        start.Dispose();
        Answer(to, request, SnapshotOutcome.NotYet);
    }

    private void End(SnapshotSession session, ReplicaCore core)
    {
        session.End();
        _sessions.Remove(session);
        _bytesSentBefore += session.BytesSent;
        core.SnapshotEnded(session.To);
    }

    private void Answer(Guid to, SnapshotRequest request, SnapshotOutcome outcome) =>
        services.Peers.Send(to, shard, new SnapshotAnswer(request.Stream, outcome));
}

/// <summary>Finds a snapshot's end on a worker. Comes back to the shard as <see cref="SnapshotReady"/>.</summary>
internal sealed class SnapshotCompletion(SnapshotStart start, SnapshotSession session, long stream, IShardMailbox mailbox) : IBlockingWork
{
    public void Run()
    {
        SnapshotLease? lease = null;
        Exception? failure = null;
        try
        {
            lease = start.Complete();
        }
        catch (Exception e) when (e is StorageException or IOException or ObjectDisposedException)
        {
            failure = e;
        }

        mailbox.Post(new SnapshotReady(session, stream, lease, failure));
    }
}

/// <summary>A lease, or null: there is nothing to make a snapshot of yet.</summary>
internal sealed record SnapshotReady(SnapshotSession Session, long Stream, SnapshotLease? Lease, Exception? Failure) : IDeadLetterSuppression;
