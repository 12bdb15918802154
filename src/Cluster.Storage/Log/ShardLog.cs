namespace Cluster.Storage.Log;

/// <summary>
/// The log of one shard. One owner (the shard's actor) appends; a writer thread makes it durable; readers on any thread.
/// Invariants: SyncedLsn ≤ FlushedLsn ≤ LastLsn; records up to FlushedLsn are never lost or changed, except by a cut.
/// </summary>
public sealed class ShardLog
{
    private readonly ShardLogOptions _options;
    private readonly SegmentTable _segments;
    private readonly WalBuffer _buffer;
    private readonly LogAppender _appender;
    private readonly LogWriter _writer;
    private readonly LogReader _reader;
    private readonly LogPins _pins;
    private bool _busy;
    private bool _closed;

    private ShardLog(ShardLogOptions options, LogOpening opening, LogRecovery recovery)
    {
        _options = options;
        _segments = opening.Segments;
        _buffer = new WalBuffer(options.BufferBytes);
        var queue = new BatchQueue();
        _writer = new LogWriter(options, _segments, _buffer, queue, opening.State, opening.Last, recovery.CommitLsn, opening.Active);
        _reader = new LogReader(_segments, _buffer);
        _pins = new LogPins(_segments.Current is [var oldest, ..] ? oldest.First - 1 : Lsn.None);
        _appender = new LogAppender(options, _segments, _buffer, queue, () => _writer.Flushed);
        _appender.ContinueFrom(opening.Last, opening.LastTerm, opening.LastTimestamp, opening.Digest, opening.Terms, opening.Active);
        Recovery = recovery;
    }

    /// <summary>
    /// Recovers or creates the log. Blocks on the disk. Throws <see cref="WalCorruptException"/>, <see cref="ShardFolderException"/>,
    /// <see cref="StateFileException"/>, <see cref="InvalidRecordException"/> for a record kind of a newer version, or
    /// <see cref="StorageFailedException"/>.
    /// </summary>
    public static ShardLog Open(ShardLogOptions options, IRecordReplay replay)
    {
        var opening = new LogOpening(options);
        try
        {
            var recovery = opening.Run(replay);
            var log = new ShardLog(options, opening, recovery);
            if (options.NodeState?.IsPoisoned(options.Shard) == true)
                options.NodeState.SavePoisoned(options.Shard, poisoned: false, static _ => { });
            return log;
        }
        catch (Exception error)
        {
            // A sync that failed here must not be believed when a later opening repeats it.
            if (error is StorageFailedException { Failure: not (StorageFailure.NoSpace or StorageFailure.NotWritable) })
                options.NodeState?.SavePoisoned(options.Shard, poisoned: true, static _ => { });
            opening.Dispose();
            throw;
        }
    }

    public int Shard => _options.Shard;

    public LogRecovery Recovery { get; }

    /// <summary>The oldest record still here; one past the last if there is none. Any thread.</summary>
    public Lsn FirstLsn => _segments.Current is [var oldest, ..] ? oldest.First : _appender.Appended.Next;

    /// <summary>Last record of the newest sealed segment; none if there is no such segment. Any thread.</summary>
    internal Lsn SealedThrough => _writer.SealedThrough;

    /// <summary>Where the log's steps run.</summary>
    internal IStorageLane Lane => _writer.Lane;

    /// <summary>Oldest first. Any thread.</summary>
    internal Segment[] Segments => _segments.Current;

    /// <summary>The segment with that number, held for the caller, or null if it is gone. Any thread.</summary>
    internal Segment? AcquireSegment(int number) => _segments.Acquire(number);

    /// <summary>The oldest sealed segment with records after that one, held for the caller; null if there is none. Any thread.</summary>
    internal Segment? AcquireSealed(Lsn after)
    {
        foreach (var segment in _segments.Current)
        {
            if (segment.IsSealed && segment.Last > after && segment.TryAcquire())
                return segment;
        }

        return null;
    }

    /// <summary>The newest appended record. Any thread.</summary>
    public Lsn LastLsn => _appender.Appended;

    /// <summary>Owner only.</summary>
    public Term LastTerm => _appender.LastTerm;

    /// <summary>Owner only.</summary>
    public long LastTimestamp => _appender.LastTimestamp;

    /// <summary>Everything up to here may be acknowledged. Any thread.</summary>
    public Lsn FlushedLsn => _writer.Flushed;

    /// <summary>Everything up to here was synced by this process. Equal to FlushedLsn under fsync = always. Any thread.</summary>
    // A seal in the middle of a round has synced what is reported flushed at its end.
    public Lsn SyncedLsn => Lsn.Min(_writer.Synced, _writer.Flushed);

    /// <summary>Rolling digest after LastLsn. Owner only.</summary>
    public ulong Digest => _appender.Digest;

    /// <summary>The timeline. Owner only.</summary>
    public TermTable Terms => _appender.Terms;

    /// <summary>Why the log refuses everything, or null. Any thread.</summary>
    public Exception? Failure => _writer.Failure;

    /// <summary>Why client writes should be refused for the time being (the disk is full), or null. Any thread.</summary>
    public Exception? Stall => _writer.Stall;

    /// <summary>As <see cref="Stall"/>, or because the disk is nearly full: before harm is done. Any thread.</summary>
    public Exception? Shortage => _writer.Stall ?? _options.Environment.Space?.Shortage;

    /// <summary>Bytes appended since the log was opened, written or not. Owner only.</summary>
    public long AppendedBytes => _appender.LaidOutBytes;

    /// <summary>Record bytes that wait for the disk. Owner only.</summary>
    public long UnflushedBytes => _appender.LaidOutBytes - _writer.FlushedBytes;

    /// <summary>False while too many bytes wait for the disk: the owner should refuse or delay writes. Owner only.</summary>
    public bool HasRoom => UnflushedBytes < _options.UnflushedBytesMax;

    /// <summary>
    /// Begins a record and returns its payload to be filled at once; <see cref="Commit"/> ends it. The timestamp is raised to the
    /// last one if it is older. Owner only.
    /// </summary>
    public Span<byte> Append(RecordKind kind, Term term, long timestamp, in SessionStamp session, int payloadLength)
    {
        CheckAppendable();
        return _appender.Begin(kind, term, timestamp, session, payloadLength);
    }

    /// <summary>The same with a stamp, <see cref="Sessions.RecordStamp"/>, or an empty span for none.</summary>
    public Span<byte> Append(RecordKind kind, Term term, long timestamp, scoped ReadOnlySpan<byte> stamp, int payloadLength)
    {
        CheckAppendable();
        return _appender.Begin(kind, term, timestamp, stamp, payloadLength);
    }

    /// <summary>The record that was begun is now part of the log and visible to readers. Owner only.</summary>
    public Lsn Commit(out RecordLocation location) => _appender.Commit(out location);

    /// <summary>Gives up the record that was begun. Owner only.</summary>
    public void Abandon() => _appender.Abandon();

    /// <summary>
    /// Appends whole encoded records that continue the log; all or none. <paramref name="appended"/> is shown each of them in its
    /// final place. Throws <see cref="InvalidRecordException"/> or, if a digest is given and differs, <see cref="DigestMismatchException"/>.
    /// Owner only.
    /// </summary>
    public Lsn AppendEncoded(ReadOnlySpan<byte> records, ulong? expectedDigest, IRecordReplay appended)
    {
        CheckAppendable();
        var check = new EncodedCheck(_appender.LastLsn, _appender.LastTerm, _appender.LastTimestamp, _appender.Digest);
        check.All(records);
        if (expectedDigest is { } expected && expected != check.Digest)
            throw new DigestMismatchException(check.Last, expected, check.Digest);
        while (records.Length > 0)
        {
            var length = RecordView.LengthAt(records);
            var record = _appender.AppendChecked(records[..length], out var location);
            appended.OnRecord(record, location);
            records = records[length..];
        }

        return _appender.LastLsn;
    }

    /// <summary>Ends a burst of appends and wakes the writer. Without it they stay in memory. Owner only.</summary>
    public void RequestFlush()
    {
        if (_appender.OfferBatch())
            _writer.Lane.Schedule(_writer);
    }

    /// <summary>Noted in the batches to come; what a recovery then knows as committed. Owner only.</summary>
    public void SetCommitLsn(Lsn commit) => _writer.SetCommit(commit);

    /// <summary>
    /// Records after <paramref name="after"/>, from memory, at least one whatever its size, then as many as fit. Any thread.
    /// Unflushed records are included.
    /// </summary>
    public LogReadOutcome TryRead(Lsn after, int maxBytes, out LogSlice? slice)
    {
        slice = null;
        if (after >= _appender.Appended)
            return LogReadOutcome.AtEnd;
        if (_reader.TryReadBuffer(after.Next, maxBytes, out slice))
            return LogReadOutcome.Records;
        return after.Next < FirstLsn ? LogReadOutcome.Released : LogReadOutcome.NotInBuffer;
    }

    /// <summary>
    /// The same from the segment files; every checksum is verified. Blocks. Any thread. AtEnd says that what follows is not in a file
    /// yet. Throws <see cref="WalCorruptException"/> or <see cref="StorageFailedException"/>.
    /// </summary>
    public LogReadOutcome ReadFromDisk(Lsn after, int maxBytes, out LogSlice? slice)
    {
        slice = _reader.ReadDisk(after.Next, maxBytes);
        if (slice is not null)
            return LogReadOutcome.Records;
        return after.Next < FirstLsn ? LogReadOutcome.Released : LogReadOutcome.AtEnd;
    }

    /// <summary>
    /// Copies a part of a record that starts <paramref name="offset"/> bytes behind its first byte, from memory or else from the
    /// file, whose checksum is not verified. False if the record was cut or released. May block. Any thread.
    /// </summary>
    public bool TryReadAt(RecordLocation location, int offset, Span<byte> destination) =>
        TryReadFromBuffer(location, offset, destination) || _reader.TryReadFromFile(location, offset, destination);

    /// <summary>As <see cref="TryReadAt"/>, but false if the record is not in memory. Never blocks.</summary>
    public bool TryReadFromBuffer(RecordLocation location, int offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(offset + destination.Length), (uint)location.Length, nameof(offset));
        return _reader.TryReadFromBuffer(location, offset, destination);
    }

    /// <summary>
    /// Removes everything behind <paramref name="keep"/>, which must not be below the commit LSN, after saving it to a file. Until
    /// <paramref name="done"/> is called, on a writer thread, the owner appends nothing and reads none of its own properties.
    /// On a disk that takes nothing for now (full, read-only) it waits and goes on by itself; what finds no space of the tail alone is not saved,
    /// and an event says so. A failure poisons the log. Owner only.
    /// </summary>
    public void CutAfter(Lsn keep, Action<Exception?> done)
    {
        CheckAppendable();
        Invariant.Check(keep >= _writer.Commit, "nothing committed is ever cut");
        var last = _appender.LastLsn;
        if (keep >= last)
        {
            done(null);
            return;
        }

        RequestFlush();
        Volatile.Write(ref _busy, true);
        LogCut? cut = null;
        Action<Exception?> finished = error =>
        {
            Volatile.Write(ref _busy, false);
            done(error);
        };
        _writer.Enqueue(new LogCommand(CommandTime.InOrder, AfterAllAppended(), refusal => Finish(refusal, finished, mayWait: true, () =>
        {
            if (cut is null)
                _writer.SyncAll();
            cut ??= new LogCut(_options, _segments, _reader, _writer, keep, last);
            var digest = cut.Run();
            _buffer.Clear();
            var terms = _appender.Terms;
            terms.CutAfter(keep);
            _appender.ContinueFrom(keep, terms.TermAt(keep), cut.Timestamp, digest, terms, null);
        })));
    }

    /// <summary>
    /// Unlinks sealed segments that end below <paramref name="floor"/>, oldest first; the newest sealed one always stays, and so does
    /// what is pinned (<see cref="Pin"/>). The caller answers for the rest of rule S10. <paramref name="done"/> is called on a writer thread. Any thread.
    /// </summary>
    /// <param name="floor">See above.</param>
    /// <param name="done">Gets null, or why it was not done, in whole or in part; unless the log is poisoned by it, it may be tried again.</param>
    /// <param name="atOnce">What replaces the released records is durable already: nothing that waits for the disk is waited for, so that a full one gets room.</param>
    public void ReleaseBelow(Lsn floor, Action<Exception?> done, bool atOnce = false) => _writer.Enqueue(new LogCommand(
        atOnce ? CommandTime.AtOnce : CommandTime.InOrder, AfterAllAppended(), refusal => Finish(refusal, done, mayWait: false, () =>
    {
        // Under a weak mode what was written before, and may replace what goes now, is not synced yet.
        if (!atOnce)
            _writer.SyncAll();
        while (_segments.Current is [{ IsSealed: true } oldest, { IsSealed: true }, ..] segments && oldest.Last < floor
            && _pins.TryClaim(oldest, segments, floor, NotePinRevoked))
        {
            _options.Environment.Files.Delete(Path.Combine(_options.Folder, new SegmentName(oldest.First, oldest.Last).HintName));
            _options.Environment.Files.Delete(oldest.Path);
            _options.Environment.Files.SyncFolder(_options.Folder);
            _segments.Remove(oldest);
            _options.Environment.CrashPoints.Reached("release.unlinked");
        }
    })));

    /// <summary>
    /// Keeps the records behind <paramref name="after"/> until the pin is disposed, or holds more than <paramref name="bytesMax"/> file bytes that
    /// a release would have freed. Null if some of them are already released. Any thread.
    /// </summary>
    public LogPin? Pin(Lsn after, long bytesMax) => _pins.TryAdd(after, bytesMax);

    /// <summary>As <see cref="Pin"/>, from the oldest record still here on. Any thread.</summary>
    internal LogPin PinAll(long bytesMax) => _pins.AddOldest(bytesMax);

    /// <summary>The segments that hold records up to that one, oldest first, each held for the caller. Any thread, with a pin that keeps them.</summary>
    internal List<Segment> AcquireThrough(Lsn last)
    {
        var held = new List<Segment>();
        foreach (var segment in _segments.Current)
        {
            if (segment.First > last || segment.File is null)
                break;
            if (segment.TryAcquire())
                held.Add(segment);
        }

        return held;
    }

    /// <summary>
    /// Syncs what is in files, whatever the mode, and waits for nothing else; <see cref="SyncedLsn"/> then tells how far. <paramref name="done"/> is
    /// called on a writer thread. Any thread.
    /// </summary>
    internal void Sync(Action<Exception?> done) =>
        _writer.Enqueue(new LogCommand(CommandTime.AtOnce, AfterAllAppended(), refusal => Finish(refusal, done, mayWait: false, _writer.SyncAll)));

    /// <summary>Clears <see cref="LogRecovery.MayHaveLostAcknowledged"/> durably, once a new incarnation was given. Any thread.</summary>
    public void ClearDoubt(Action<Exception?> done) =>
        _writer.Enqueue(new LogCommand(CommandTime.AtOnce, AfterAllAppended(), refusal => Finish(refusal, done, mayWait: false, () => _writer.SaveState(doubtful: false))));

    /// <summary>
    /// Flushes, leaves the clean-close mark and closes the files; <paramref name="done"/> is called on a writer thread. A log that
    /// failed, or that a full disk holds up, is closed without the mark and reports why. Owner only; nothing may be called afterwards.
    /// </summary>
    public void Close(Action<Exception?> done)
    {
        if (_closed)
        {
            done(null);
            return;
        }

        RequestFlush();
        _closed = true;
        _writer.Enqueue(new LogCommand(
            CommandTime.InOrderEvenIfStalled,
            AfterAllAppended(),
            refusal =>
            {
                Exception? error = refusal;
                try
                {
                    if (error is null && _writer.Stall is { } stall)
                        error = stall;
                    if (error is null)
                    {
                        _writer.SyncAll();
                        _writer.SaveState(clean: true);
                    }
                }
                catch (Exception failure)
                {
                    error = failure;
                }

                _writer.MarkClosed();
                _writer.State.Dispose();
                _segments.Clear();
                _buffer.Clear();
                done(error);
                return null;
            }));
    }

    private void NotePinRevoked(LogPin pin) => _options.Environment.Events.LogPinRevoked(_options.Shard, pin.After, pin.BytesHeld);

    private void CheckAppendable()
    {
        if (_writer.Failure is { } failure)
            throw new StorageFailedException(StorageFailure.Poisoned, "append", _options.Folder, 0, failure);
        if (_closed)
            throw new StorageFailedException(StorageFailure.Closed, "append", _options.Folder);
        Invariant.Check(!Volatile.Read(ref _busy), "nothing is appended during a cut");
        if (UnflushedBytes >= 2 * _options.UnflushedBytesMax)
            throw new StorageFailedException(StorageFailure.Overloaded, "append", _options.Folder, 0, _writer.Stall);
    }

    /// <summary>Whether what is appended now is in files, as far as no cut has removed it meanwhile.</summary>
    private Func<bool> AfterAllAppended()
    {
        var after = _appender.Appended;
        return () => _writer.Written >= Lsn.Min(after, _appender.Appended);
    }

    /// <returns>What it waits for; null if it is over.</returns>
    private StorageFailedException? Finish(StorageFailedException? refusal, Action<Exception?> done, bool mayWait, Action work)
    {
        Exception? error = refusal;
        if (error is null)
        {
            try
            {
                work();
            }
            catch (StorageFailedException obstacle) when (obstacle.MayPass)
            {
                if (mayWait)
                    return obstacle;
                error = obstacle;
            }
            catch (Exception failure)
            {
                // Half a change of files: only a recovery can tell what there is now.
                _writer.Poison(failure);
                error = failure;
            }
        }

        done(error);
        return null;
    }
}
