using System.Buffers.Binary;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Actors.Persistence.Log;

/// <summary>
/// Entries of many persistence ids in one log, with an index in memory. Any thread.
/// Invariants:
/// I1  a task of a write or delete completes after the record was synced (per fsync mode), or fails: then its outcome is unknown;
/// I2  a batch is one record, so it is there whole or not at all;
/// I3  the index is what a replay of the log would give; whoever reads waits first until what it sees is synced;
/// I4  a log that failed refuses everything until it is opened again: nothing is read that may be lost.
/// </summary>
internal sealed partial class PersistenceLog : ILogListener
{
    private static readonly Term OnlyTerm = new(1);

    // Stamped into files in the place of a cluster's id.
    private static readonly Guid Owner = new("9d1f0a52-6c0b-4e0e-8f57-70657273736c");

    private readonly Lock _gate = new();
    private readonly PersistenceLogOptions _options;
    private readonly LogIndex _index = new();
    private readonly Queue<(Lsn Through, TaskCompletionSource Done)> _waiting = new();
    private readonly ShardLog _log;
    private Exception? _failure;

    private PersistenceLog(PersistenceLogOptions options)
    {
        _options = options;
        _log = ShardLog.Open(
            new ShardLogOptions
            {
                Folder = options.Folder,
                Shard = options.Kind,
                ClusterId = Owner,
                Environment = options.Environment,
                Listener = this,
                NodeState = options.State,
                SegmentBytes = options.SegmentBytes,
                BufferBytes = options.BufferBytes,
                UnflushedBytesMax = options.UnflushedBytesMax,
                Fsync = options.Fsync,
            },
            new EntryReplay(_index));
    }

    public LogRecovery Recovery => _log.Recovery;

    /// <summary>For tests and metrics.</summary>
    public (long Live, long Total) Bytes
    {
        get
        {
            lock (_gate) return (_index.LiveBytes, _index.TotalBytes);
        }
    }

    /// <summary>Opens or creates the log. Blocks on the disk. Throws what <see cref="ShardLog.Open"/> throws; every message names the file.</summary>
    public static PersistenceLog Open(PersistenceLogOptions options) => new(options);

    /// <summary>
    /// Appends each batch whole. Throws <see cref="WriteRefusedException"/> if nothing at all was appended; the caller has checked the
    /// batches' lengths.
    /// </summary>
    public Task Write(IReadOnlyList<EntryBatch> batches)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            ThrowIfNoRoom();
            foreach (EntryBatch batch in batches) Append(batch);
            Task done = Flush();
            CompactIfWorthwhile();
            return done;
        }
    }

    /// <summary>Deletes the entries up to the number. The highest number given so far is remembered.</summary>
    public Task DeleteTo(string persistenceId, long sequenceNr)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            if (_index.Find(persistenceId) is not { } history || history.Entries.Count == 0 || history.Entries[0].SequenceNr > sequenceNr) return Flush();
            AppendFloor(history, sequenceNr);
            Task done = Flush();
            CompactIfWorthwhile();
            return done;
        }
    }

    /// <summary>Deletes the entries that the predicate takes.</summary>
    public Task Remove(string persistenceId, Func<long, long, bool> matches)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            if (_index.Find(persistenceId) is { } history)
            {
                List<LogEntry> removed = [];
                foreach (LogEntry entry in history.Entries)
                    if (matches(entry.SequenceNr, entry.Ticks)) removed.Add(entry);
                if (removed.Count > 0) AppendRemoval(history, removed);
            }

            Task done = Flush();
            CompactIfWorthwhile();
            return done;
        }
    }

    /// <summary>Completes when everything appended before is synced.</summary>
    public Task Synced()
    {
        lock (_gate)
        {
            ThrowIfFailed();
            return Flush();
        }
    }

    /// <summary>The highest number ever given, 0 if none was.</summary>
    public long Highest(string persistenceId)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            return _index.Find(persistenceId)?.Highest ?? 0;
        }
    }

    /// <summary>Entries between the numbers, both included, at most that many, ascending.</summary>
    public IReadOnlyList<LogEntry> Find(string persistenceId, long from, long to, long max)
    {
        List<LogEntry> found = [];
        lock (_gate)
        {
            ThrowIfFailed();
            if (_index.Find(persistenceId) is not { } history) return found;
            for (int i = history.FirstFrom(from); i < history.Entries.Count && history.Entries[i].SequenceNr <= to && found.Count < max; i++)
                found.Add(history.Entries[i]);
        }

        return found;
    }

    /// <summary>
    /// Flushes and closes the files; completes on a writer thread. A log that failed, or that a full disk holds up, is closed as it is, and
    /// what still waits for it fails.
    /// </summary>
    public Task Close()
    {
        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _log.Close(_ =>
            {
                FailWaiting(new StorageFailedException(StorageFailure.Closed, "write", _options.Folder));
                closed.TrySetResult();
            });
            _failure ??= new StorageFailedException(StorageFailure.Closed, "use", _options.Folder);
        }

        return closed.Task;
    }

    void ILogListener.Flushed(Lsn through)
    {
        while (true)
        {
            TaskCompletionSource done;
            lock (_gate)
            {
                if (!_waiting.TryPeek(out var first) || first.Through > through) return;
                done = _waiting.Dequeue().Done;
            }

            done.TrySetResult();
        }
    }

    void ILogListener.FlushFailed(Exception cause)
    {
        StorageFailedException failure = new(StorageFailure.Poisoned, "write", _options.Folder, 0, cause);
        lock (_gate) _failure ??= failure;
        FailWaiting(failure);
    }

    private void FailWaiting(Exception failure)
    {
        List<TaskCompletionSource> waiting = [];
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var next)) waiting.Add(next.Done);
        }

        foreach (TaskCompletionSource done in waiting) done.TrySetException(failure);
    }

    private void Append(EntryBatch batch)
    {
        int length = checked((int)EntryFormat.WriteLength(batch));
        Span<byte> payload = _log.Append(RecordKind.Persistence, OnlyTerm, Now(), SessionStamp.None, length);
        Span<byte> rest = EntryFormat.WriteHead(payload, PersistenceRecordType.Write, batch.Entries.Count, batch.PersistenceId);
        foreach (EntryContent entry in batch.Entries) rest = rest[EntryFormat.WriteEntry(rest, entry)..];
        Lsn lsn = _log.Commit(out RecordLocation location);
        _index.CountRecord(lsn, location);
        History history = _index.HistoryOf(batch.PersistenceId);
        int at = RecordFormat.HeaderBytes + EntryFormat.HeadLength(batch.PersistenceId);
        for (int i = 0; i < batch.Entries.Count; i++)
        {
            EntryContent entry = batch.Entries[i];
            int entryLength = (int)EntryFormat.EntryLength(entry);
            _index.Place(history, entry.SequenceNr, entry.Ticks, new EntryOrigin(lsn.Value, i), lsn, location, at, entryLength);
            at += entryLength;
        }
    }

    /// <summary>Deletes up to the number (0: nothing) and states the highest one.</summary>
    private void AppendFloor(History history, long deletedTo)
    {
        int head = EntryFormat.HeadLength(history.PersistenceId);
        Span<byte> payload = _log.Append(RecordKind.Persistence, OnlyTerm, Now(), SessionStamp.None, head + 16);
        Span<byte> rest = EntryFormat.WriteHead(payload, PersistenceRecordType.Floor, 0, history.PersistenceId);
        BinaryPrimitives.WriteInt64LittleEndian(rest, deletedTo);
        BinaryPrimitives.WriteInt64LittleEndian(rest[8..], history.Highest);
        Lsn lsn = _log.Commit(out RecordLocation location);
        _index.CountRecord(lsn, location);
        _index.ApplyFloor(history, deletedTo, history.Highest, lsn);
    }

    private void AppendRemoval(History history, List<LogEntry> removed)
    {
        int head = EntryFormat.HeadLength(history.PersistenceId);
        Span<byte> payload = _log.Append(RecordKind.Persistence, OnlyTerm, Now(), SessionStamp.None, head + (removed.Count * 20));
        Span<byte> rest = EntryFormat.WriteHead(payload, PersistenceRecordType.Removal, removed.Count, history.PersistenceId);
        foreach (LogEntry entry in removed)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, entry.Origin.Lsn);
            BinaryPrimitives.WriteInt32LittleEndian(rest[8..], entry.Origin.Index);
            BinaryPrimitives.WriteInt64LittleEndian(rest[12..], entry.SequenceNr);
            rest = rest[20..];
        }

        Lsn lsn = _log.Commit(out RecordLocation location);
        _index.CountRecord(lsn, location);
        foreach (LogEntry entry in removed) _index.Remove(history, entry);
    }

    /// <summary>Completes when everything appended so far is flushed. Under the lock.</summary>
    private Task Flush()
    {
        Lsn last = _log.LastLsn;
        if (_log.FlushedLsn >= last) return Task.CompletedTask;
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue((last, done));
        _log.RequestFlush();
        return done.Task;
    }

    private void ThrowIfFailed()
    {
        if (_failure is not null) throw _failure;
    }

    private void ThrowIfNoRoom()
    {
        if (_log.Stall is { } stall) throw new WriteRefusedException($"{_options.Folder} cannot be written for now; writes go on by themselves once it can.", stall);
        if (!_log.HasRoom) throw new WriteRefusedException($"The disk of {_options.Folder} does not keep pace: too many bytes wait for it.");
    }

    private long Now() => (_options.Environment.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
