using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// The writer's side of a log: in each round takes the batches that are complete, completes their headers, writes them with as few
/// calls as there are ranges, and syncs. All members run on the log's lane unless they say otherwise.
///
/// Invariants:
/// I1  nothing is written into a segment before the one before it is synced and renamed (S1);
/// I2  Flushed advances only after a sync that succeeded (fsync = always), or after a write (interval, os);
/// I3  after a failed sync nothing is written or synced again: the log is poisoned until it is reopened;
/// I4  a write that was refused for a cause that may pass (full, read-only, no descriptors) is tried again: before it everything was synced, so
///     nothing is lost by waiting. Meanwhile clients are refused, so what waits is bounded by what was accepted before.
/// </summary>
internal sealed class LogWriter : IStorageParticipant
{
    private static readonly TimeSpan StateInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StallRetry = TimeSpan.FromMilliseconds(200);

    /// <summary>More than this that waits for a full disk is not written at the cost of the reserve.</summary>
    private const int ReserveWriteBytes = 64 << 10;

    private readonly ShardLogOptions _options;
    private readonly StorageEnvironment _environment;
    private readonly SegmentTable _segments;
    private readonly WalBuffer _buffer;
    private readonly BatchQueue _queue;
    private readonly SegmentWriter _segmentWriter;
    private readonly ShardStateFile _state;
    private readonly LogCommands _commands = new();
    private readonly List<WalBatch> _taken = [];
    private long _written;
    private long _flushed;
    private long _synced;
    private long _sealed;
    private long _commit;
    private long _flushedBytes;
    private long _lastStateSave;
    private long _lastSync;
    private long _lookedAtThrough;
    private long _stateSaveArmed;
    private long _syncArmed;
    private bool _closed;
    private bool _commandWaits;
    private bool _hurry;
    private Exception? _failure;
    private StorageFailedException? _stall;

    public LogWriter(ShardLogOptions options, SegmentTable segments, WalBuffer buffer, BatchQueue queue, ShardStateFile state, Lsn last, Lsn commit, Segment? active)
    {
        _options = options;
        _environment = options.Environment;
        _segments = segments;
        _buffer = buffer;
        _queue = queue;
        _state = state;
        _segmentWriter = new SegmentWriter(options, active);
        _written = _flushed = _synced = _lookedAtThrough = last.Value;
        _commit = commit.Value;
        _lastStateSave = _lastSync = _environment.Time.GetTimestamp();
        foreach (var segment in segments.Current)
            _sealed = segment.IsSealed ? segment.Last.Value : _sealed;
        Lane = _environment.Scheduler.Assign();
    }

    public IStorageLane Lane { get; }

    /// <summary>Any thread.</summary>
    public Lsn Flushed => new(Volatile.Read(ref _flushed));

    /// <summary>Any thread.</summary>
    public Lsn Synced => new(Volatile.Read(ref _synced));

    /// <summary>Any thread.</summary>
    public Lsn Commit => new(Volatile.Read(ref _commit));

    /// <summary>Record bytes that no longer wait for the disk. Any thread.</summary>
    public long FlushedBytes => Volatile.Read(ref _flushedBytes);

    /// <summary>Any thread.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Any thread.</summary>
    public StorageFailedException? Stall => Volatile.Read(ref _stall);

    /// <summary>Everything up to here is in files. Lane only.</summary>
    public Lsn Written => new(_written);

    /// <summary>Any thread.</summary>
    public Lsn SealedThrough => new(Volatile.Read(ref _sealed));

    public SegmentWriter SegmentWriter => _segmentWriter;

    public ShardStateFile State => _state;

    /// <summary>Owner.</summary>
    public void SetCommit(Lsn commit) => Volatile.Write(ref _commit, commit.Value);

    /// <summary>Any thread.</summary>
    public void Enqueue(LogCommand command)
    {
        _commands.Add(command);
        if (command.When == CommandTime.InOrderEvenIfStalled)
            Volatile.Write(ref _hurry, true);
        Lane.Schedule(this);
    }

    public void WriteStep()
    {
        if (_failure is not null || _closed)
            return;
        try
        {
            _queue.TakeAll(_taken);
            if (_taken.Count == 0)
                return;
            if (_stall is { Failure: StorageFailure.NoSpace } && _environment.Space?.HasSpaceFor(WaitingBytes) == false)
            {
                Lane.ScheduleAfter(this, StallRetry);
                return;
            }

            _segmentWriter.Write(_taken, this);
            EndStall();
        }
        catch (StorageFailedException error) when (error.MayPass && !_segmentWriter.SyncFailed)
        {
            StallOn(error);
        }
        catch (Exception error)
        {
            Poison(error);
        }
    }

    public void SyncStep()
    {
        // While a cut waits for space the stored synced LSN stays as low as the cut has made it.
        if (_failure is null && !_closed && !_commandWaits)
        {
            try
            {
                SyncWritten();
                LookAfterState();
            }
            catch (Exception error)
            {
                Poison(error);
            }
        }

        RunCommands();
    }

    /// <summary>The segment writer has put everything up to here into files.</summary>
    internal void NoteWritten(Lsn through) => _written = through.Value;

    /// <summary>The segment writer needs the batch no more.</summary>
    internal void Return(WalBatch batch) => _queue.Return(batch);

    /// <summary>A sync covered everything up to here.</summary>
    internal void NoteSynced(Lsn through)
    {
        _lastSync = _environment.Time.GetTimestamp();
        Volatile.Write(ref _synced, Math.Max(_synced, through.Value));
    }

    internal void NoteSealed(Lsn last) => Volatile.Write(ref _sealed, last.Value);

    internal void NoteBytes(long recordBytes) => Volatile.Write(ref _flushedBytes, _flushedBytes + recordBytes);

    internal void SaveState(bool clean = false, bool? doubtful = null)
    {
        _state.Save(_state.Current with
        {
            BootId = _environment.BootId,
            Fsync = _options.Fsync,
            ClosedCleanly = clean,
            Doubtful = doubtful ?? _state.Current.Doubtful,
            Synced = Synced,
            Commit = Lsn.Min(Commit, Synced),
        });
        _lastStateSave = _environment.Time.GetTimestamp();
    }

    /// <summary>Everything is in files and synced, whatever the mode.</summary>
    internal void SyncAll()
    {
        if (_written > _synced || _segmentWriter.IsDirty)
            _segmentWriter.Sync();
        NoteSynced(new Lsn(_written));
        AdvanceFlushed();
    }

    /// <summary>A cut has made this the end.</summary>
    internal void ResetTo(Lsn last)
    {
        _written = last.Value;
        Volatile.Write(ref _synced, last.Value);
        Volatile.Write(ref _flushed, last.Value);
    }

    internal void LowerSynced(Lsn to)
    {
        if (Synced > to)
            Volatile.Write(ref _synced, to.Value);
        SaveState();
    }

    internal void MarkClosed() => _closed = true;

    internal void Poison(Exception cause)
    {
        if (_failure is not null)
            return;
        Volatile.Write(ref _failure, cause);

        // The mark matters to an opening that finds a clean close behind it. After any other end on this boot it copies the records anyway.
        _options.NodeState?.SavePoisoned(_options.Shard, poisoned: true, static _ => { });
        _options.Listener.FlushFailed(cause);
    }

    private long WaitingBytes
    {
        get
        {
            long bytes = 0;
            foreach (var batch in _taken)
                bytes += batch.Length;
            return bytes;
        }
    }

    private void SyncWritten()
    {
        if (_written == _flushed && _written == _synced)
            return;
        if (_options.Fsync == FsyncMode.Always || (_options.Fsync == FsyncMode.Interval && IsSyncDue()))
        {
            if (_written > _synced)
                _segmentWriter.Sync();
            NoteSynced(new Lsn(_written));
        }

        AdvanceFlushed();
    }

    private bool IsSyncDue() => IsDue(ref _syncArmed, _lastSync, _options.FsyncInterval);

    /// <summary>True once that much has passed. If not, a round comes then: one is asked for unless one will come anyway.</summary>
    private bool IsDue(ref long armedUntil, long last, TimeSpan interval)
    {
        var now = _environment.Time.GetTimestamp();
        var left = interval - _environment.Time.GetElapsedTime(last, now);
        if (left <= TimeSpan.Zero)
            return true;
        if (armedUntil <= now)
        {
            armedUntil = now + (long)(left.TotalSeconds * _environment.Time.TimestampFrequency);
            Lane.ScheduleAfter(this, left);
        }

        return false;
    }

    private void AdvanceFlushed()
    {
        if (_written <= _flushed)
            return;
        Volatile.Write(ref _flushed, _written);
        _buffer.TrimTo(new Lsn(_written));
        _options.Listener.Flushed(new Lsn(_written));
    }

    /// <summary>Once a second while records arrive: notes what is synced, and looks whether the files still have their names.</summary>
    private void LookAfterState()
    {
        if (Synced <= _state.Current.Synced && _written == _lookedAtThrough)
            return;
        if (!IsDue(ref _stateSaveArmed, _lastStateSave, StateInterval))
            return;
        _lookedAtThrough = _written;
        _lastStateSave = _environment.Time.GetTimestamp();
        CheckNames();
        if (Synced <= _state.Current.Synced)
            return;
        try
        {
            SaveState();
        }
        catch (StorageFailedException error) when (error.MayPass)
        {
            // The older state stays true; the next round after the interval tries again.
            Lane.ScheduleAfter(this, StateInterval);
        }
    }

    /// <summary>A folder that was deleted under the process takes writes and syncs on, and nobody would ever read them again.</summary>
    private void CheckNames()
    {
        if (_segmentWriter.Active is not { } active)
            return;
        try
        {
            if (_environment.Files.FileExists(active.Path) && _environment.Files.FileExists(_state.Path))
                return;
        }
        catch (StorageFailedException)
        {
            return;
        }

        throw new StorageFailedException(StorageFailure.Missing, $"write LSN {_written} of shard {_options.Shard} to", active.Path);
    }

    private void StallOn(StorageFailedException error)
    {
        // The reserve is for the few records that keep a shard governable, not for a backlog of clients' writes.
        if (error.Failure == StorageFailure.NoSpace && WaitingBytes <= ReserveWriteBytes && _environment.Space?.TryRelease(forState: false) == true)
        {
            Lane.Schedule(this);
            return;
        }

        BeginStall(error);
    }

    private void BeginStall(StorageFailedException error)
    {
        if (_stall is null)
        {
            Volatile.Write(ref _stall, error);
            _options.Listener.FlushStalled(error);
        }

        Lane.ScheduleAfter(this, StallRetry);
    }

    private void EndStall()
    {
        if (_stall is null || _commandWaits || _taken.Count > 0)
            return;
        Volatile.Write(ref _stall, null);
        _options.Listener.FlushResumed();
    }

    /// <summary>A command comes after everything offered before it; while the disk takes nothing it waits, unless somebody closes the log.</summary>
    private void RunCommands()
    {
        while (_commands.TryPeek(out var command))
        {
            var refusal = _failure is not null ? new StorageFailedException(StorageFailure.Poisoned, "log command", _options.Folder, 0, _failure)
                : _closed ? new StorageFailedException(StorageFailure.Closed, "log command", _options.Folder)
                : null;
            var hurry = Volatile.Read(ref _hurry);
            if (refusal is null && command.When != CommandTime.AtOnce && !command.IsDue())
            {
                // Whoever offered what is missing has asked for another round, unless the disk takes nothing.
                if (!hurry || _stall is null)
                    return;
                if (command.When == CommandTime.InOrder)
                    refusal = new StorageFailedException(_stall.Failure, "log command", _options.Folder, 0, _stall);
            }

            if (command.Run(refusal) is { } obstacle)
            {
                if (!hurry)
                {
                    _commandWaits = true;
                    BeginStall(obstacle);
                    return;
                }

                command.Run(new StorageFailedException(obstacle.Failure, "log command", _options.Folder, 0, obstacle));
            }

            _commands.Remove(command);
            if (_commandWaits)
            {
                _commandWaits = false;
                EndStall();
            }
        }
    }
}
