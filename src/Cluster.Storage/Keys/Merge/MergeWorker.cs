using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Keys.Merge;

/// <summary>
/// Collects the garbage of one shard, a small piece per round of the background lane, so that no commit waits for it: copies live values, waits
/// until what made the others dead is synced, replaces the manifest, hands the new places to the directory's writer, and only then gives up the
/// sources. Steps and what a crash leaves of each: Keys/DESIGN.md.
///
/// The store closes its log once this has ended (<see cref="Stop"/>). The owner offers, applies and stops; <see cref="SetFloor"/> and <see cref="Status"/> are open to any thread; everything else runs on the lane.
/// </summary>
internal sealed class MergeWorker : IStorageParticipant
{
    /// <summary>What the disk has no room for is tried again after this.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Output is synced in steps of this size, so that no sync holds up the lane for long.</summary>
    private const long SyncBytes = 4 << 20;

    private const int SyncUnderWay = 1;
    private const int SyncDone = 2;

    private readonly ShardStoreOptions _options;
    private readonly ShardLog _log;
    private readonly KeyState _state;
    private readonly IStorageLane _lane;
    private readonly MergePolicy _policy;
    private readonly MergeThrottle _throttle;
    private readonly RelocationBatch _batch = new();
    private long _commit;
    private long _floor;
    private long _seenSealed;
    private long _seenFloor;
    private int _sync;
    private Exception? _syncFailure;
    private Action? _whenEnded;
    private int _forgotten;
    private int _idle = 1;
    private bool _stopped;
    private bool _ended;
    private Phase _phase;
    private MergeJob? _job;
    private IReadOnlyList<DataFileInfo> _output = [];
    private Relocator? _relocator;
    private Lsn _regard;
    private Lsn _mergedThrough;
    private Exception? _failure;
    private long _merges;
    private long _bytesRead;
    private long _bytesWritten;
    private long _bytesReplaced;

    public MergeWorker(ShardStoreOptions options, ShardLog log, KeyState state)
    {
        _options = options;
        _log = log;
        _state = state;
        _lane = options.Log.Environment.Scheduler.AssignBackground();
        _policy = new MergePolicy(options.Merge, log, state, options.Log.Environment.Time);
        _throttle = new MergeThrottle(options.Log.Environment.Time, options.Merge);
        // What the manifest names when the log opens, the directory points to already.
        _mergedThrough = state.Manifest?.MergedThrough ?? Lsn.None;
    }

    private enum Phase
    {
        Idle,
        Copying,
        Ending,
        Syncing,
        Replacing,
        Relocating,
        Unlinking,
    }

    private ICrashPoints CrashPoints => _options.Log.Environment.CrashPoints;

    /// <summary>Owner: everything up to there is committed. Costs two reads unless another segment has become a candidate.</summary>
    public void Offer(Lsn commit)
    {
        Volatile.Write(ref _commit, commit.Value);
        if (HasNewCandidates)
            Wake();
    }

    /// <summary>Records from there on must stay in the log. Any thread.</summary>
    public void SetFloor(Lsn floor)
    {
        Volatile.Write(ref _floor, floor.Value);
        if (Volatile.Read(ref _seenFloor) != floor.Value)
            Wake();
    }

    /// <summary>Owner: takes over places of merged values, at most that many. True: there are more.</summary>
    public bool Apply(int max)
    {
        if (!_batch.IsFull)
            return false;
        if (!_batch.Apply(_state.Directory, max))
            return true;
        Wake();
        return false;
    }

    /// <summary>
    /// Owner, before the log closes: ends the work under way. <paramref name="ended"/> is called on the lane, once nothing of the shard is touched any more.
    /// </summary>
    public void Stop(Action? ended = null)
    {
        if (ended is not null)
            Volatile.Write(ref _whenEnded, ended);
        Volatile.Write(ref _stopped, true);
        _lane.Schedule(this);
    }

    public MergeStatus Status()
    {
        double live = 0;
        long log = 0, data = 0;
        var merged = _state.Manifest?.MergedThrough ?? Lsn.None;
        foreach (var segment in _log.Segments)
        {
            log += segment.WrittenBytes;
            live += segment.Last <= merged ? 0 : segment.WrittenBytes * _state.Directory.Usage!.LiveShare((uint)segment.Number);
        }

        var files = _state.DataFiles.Current;
        foreach (var file in files)
        {
            data += file.Info.Bytes;
            live += file.Info.Bytes - _policy.DeadBytes(file);
        }

        var job = Volatile.Read(ref _job);
        return new MergeStatus
        {
            LogBytes = log,
            DataBytes = data,
            LiveBytes = (long)live,
            DataFiles = files.Length,
            MergedThrough = merged,
            Running = job is not null,
            RunBytesDone = job?.BytesDone ?? 0,
            RunBytesTotal = job?.BytesTotal ?? 0,
            Merges = Volatile.Read(ref _merges),
            BytesRead = Volatile.Read(ref _bytesRead),
            BytesWritten = Volatile.Read(ref _bytesWritten),
            BytesReplaced = Volatile.Read(ref _bytesReplaced),
            Failure = Volatile.Read(ref _failure),
        };
    }

    void IStorageParticipant.WriteStep()
    {
        Step();
        if (_ended && Interlocked.Exchange(ref _whenEnded, null) is { } ended)
            ended();
    }

    private void Step()
    {
        if (_ended)
            return;
        try
        {
            if (Volatile.Read(ref _stopped) || _log.Failure is not null)
                End(null);
            else
                Work();
        }
        catch (ObjectDisposedException) when (Volatile.Read(ref _stopped))
        {
            // The store was disposed of without being closed, while this looked into its directory.
            End(null);
        }
        catch (StorageFailedException error) when (error.MayPass)
        {
            Wait();
        }
        catch (Exception error) when (error is StorageException or InvariantViolatedException)
        {
            End(error);
        }
    }

    void IStorageParticipant.SyncStep()
    {
        if (_ended || _phase != Phase.Copying || _job!.Output.Unsynced < SyncBytes)
            return;
        try
        {
            _job.Output.Sync();
        }
        catch (StorageFailedException error) when (error.MayPass)
        {
            // A round is scheduled already.
            Abandon();
        }
        catch (StorageException error)
        {
            // Never repeated: what was lost may not show. The sources are all there.
            End(error);
        }
    }

    /// <summary>Before the manifest the run is given up, so that its output takes no space; from there on the step is repeated.</summary>
    private void Wait()
    {
        if (_phase is Phase.Copying or Phase.Ending)
            Abandon();
        _lane.ScheduleAfter(this, Retry);
    }

    private void Wake()
    {
        if (!Volatile.Read(ref _stopped) && Interlocked.CompareExchange(ref _idle, 0, 1) == 1)
            _lane.Schedule(this);
    }

    private bool HasNewCandidates
    {
        get
        {
            var sealedThrough = _log.SealedThrough.Value;
            return sealedThrough > Volatile.Read(ref _seenSealed) && Volatile.Read(ref _commit) >= sealedThrough;
        }
    }

    /// <summary>The last record that may be regarded, and released once it is merged.</summary>
    private Lsn Limit => Lsn.Min(Lsn.Min(new Lsn(Volatile.Read(ref _commit)), _log.SyncedLsn), new Lsn(Volatile.Read(ref _floor) - 1));

    private void Work()
    {
        switch (_phase)
        {
            case Phase.Idle:
                Begin();
                break;
            case Phase.Copying:
                Copy();
                break;
            case Phase.Ending:
                EndOutput();
                break;
            case Phase.Syncing:
                SyncLog();
                break;
            case Phase.Replacing:
                Replace();
                break;
            case Phase.Relocating:
                Relocate();
                break;
            case Phase.Unlinking:
                Unlink();
                break;
        }
    }

    private void Begin()
    {
        var floor = Volatile.Read(ref _floor);
        Volatile.Write(ref _seenFloor, floor);
        var sealedThrough = _log.SealedThrough.Value;
        var commit = Volatile.Read(ref _commit);
        if (commit >= sealedThrough)
            Volatile.Write(ref _seenSealed, sealedThrough);
        ReleaseSegments(new Lsn(floor));
        var limit = Limit;
        if (limit.Value > 0 && _policy.Choose(limit) is { } plan)
        {
            Begin(plan);
            return;
        }

        Interlocked.Exchange(ref _idle, 1);
        // What was offered while this looked must not wait for the next offer.
        if (HasNewCandidates || Volatile.Read(ref _floor) != floor)
            Wake();
    }

    private void Begin(MergePlan plan)
    {
        var hasSpace = _options.Log.Environment.Space?.HasSpaceFor(plan.LiveBytes + (plan.LiveBytes / 4) + SyncBytes) != false;
        if (!hasSpace || !plan.TryAcquire())
        {
            _lane.ScheduleAfter(this, Retry);
            return;
        }

        Volatile.Write(ref _job, new MergeJob(_options, _state, plan, _state.CommitLsn));
        _phase = Phase.Copying;
        _lane.ScheduleAfter(this, MergeThrottle.Pause);
    }

    private void Copy()
    {
        var bytes = _throttle.Take(_policy.Pressure(Limit));
        if (bytes > 0)
        {
            var before = _job!.BytesDone;
            if (!_job.Piece(bytes))
                _phase = Phase.Ending;
            Volatile.Write(ref _bytesRead, _bytesRead + _job.BytesDone - before);
        }

        _lane.ScheduleAfter(this, MergeThrottle.Pause);
    }

    private void EndOutput()
    {
        _output = _job!.Output.Finish(_job.Plan.Last);
        // Every record that made a value dead in this run's eyes is at or below this.
        _regard = _state.Committing;
        _phase = Phase.Syncing;
        SyncLog();
    }

    private void SyncLog()
    {
        switch (Volatile.Read(ref _sync))
        {
            case SyncUnderWay:
                return;
            case SyncDone:
                Volatile.Write(ref _sync, 0);
                // Whichever sync it was: what counts is how far the log is synced.
                if (_syncFailure is null && _log.SyncedLsn >= _regard)
                    _phase = Phase.Replacing;
                _lane.ScheduleAfter(this, MergeThrottle.Pause);
                return;
        }

        Volatile.Write(ref _sync, SyncUnderWay);
        // Answered on the log's lane.
        _log.Sync(error =>
        {
            _syncFailure = error;
            Volatile.Write(ref _sync, SyncDone);
            _lane.Schedule(this);
        });
    }

    private void Replace()
    {
        var job = _job!;
        var manifest = job.Manifest(_output, _regard);
        ShardManifestFile.Write(_options.Log.Environment.Files, _options.Log.Folder, manifest, CrashPoints);
        var files = new DataFile[_output.Count];
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = DataFileRestore.Open(_state.DataFiles, _options.Log.Environment.Files, _options.Log.Folder, manifest, _output[i], out var reader);
            reader.Dispose();
            _state.DataFiles.Add(files[i]);
        }

        // Now: whoever sees the manifest finds all its files in the table.
        _state.Manifest = manifest;
        _relocator = new Relocator(files, manifest, _state, _batch, job.Plan.Sources);
        _phase = Phase.Relocating;
        Relocate();
    }

    private void Relocate()
    {
        if (!_batch.IsFull && !_relocator!.Fill())
        {
            _phase = Phase.Unlinking;
            Unlink();
            return;
        }

        _options.Log.Listener.WorkForOwner();
        Interlocked.Exchange(ref _idle, 1);
        if (!_batch.IsFull)
            Wake();
    }

    /// <summary>No key points into the sources any more.</summary>
    private void Unlink()
    {
        var job = _job!;
        var live = new List<DataFile>();
        var gone = new List<DataFile>();
        (job.DropsOlder ? gone : live).AddRange(job.Plan.Older);
        gone.AddRange(job.Plan.Files);
        live.AddRange(_relocator!.Files);
        live.AddRange(job.Plan.Newer);
        _state.DataFiles.Replace([.. live]);
        _mergedThrough = Lsn.Max(_mergedThrough, job.Plan.Last);
        var replaced = job.BytesTotal;
        foreach (var file in gone)
        {
            _options.Log.Environment.Files.Delete(Path.Combine(_options.Log.Folder, file.Info.Name));
            CrashPoints.Reached("merge.source-unlinked");
        }

        if (gone.Count > 0)
            _options.Log.Environment.Files.SyncFolder(_options.Log.Folder);
        foreach (var file in gone)
            _state.Directory.Usage!.Forget(file.Number);
        var written = job.Output.Written;
        Volatile.Write(ref _merges, _merges + 1);
        Volatile.Write(ref _bytesWritten, _bytesWritten + written);
        Volatile.Write(ref _bytesReplaced, _bytesReplaced + replaced);
        Drop();
        _options.Log.Environment.Events.Merged(_options.Log.Shard, _mergedThrough, replaced, written);
        _lane.ScheduleAfter(this, MergeThrottle.Pause);
    }

    /// <summary>Segments that hold nothing but merged records, and that nobody else needs.</summary>
    private void ReleaseSegments(Lsn floor)
    {
        var below = Lsn.Min(floor, _mergedThrough.Next);
        if (_log.Segments is not [{ IsSealed: true } oldest, { IsSealed: true }, ..] || oldest.Last >= below)
            return;
        _log.ReleaseBelow(below, _ =>
        {
            var first = _log.Segments is [var segment, ..] ? segment.Number : 0;
            for (_forgotten = Math.Max(_forgotten, oldest.Number); _forgotten < first; _forgotten++)
                _state.Directory.Usage!.Forget((uint)_forgotten);
        }, atOnce: true);
    }

    /// <summary>What was written is named by no manifest and goes; the sources are as they were.</summary>
    private void Abandon()
    {
        _job?.Output.Abandon();
        Drop();
    }

    private void Drop()
    {
        _relocator?.Dispose();
        _relocator = null;
        _job?.Dispose();
        Volatile.Write(ref _job, null);
        _output = [];
        _phase = Phase.Idle;
    }

    private void End(Exception? error)
    {
        _ended = true;
        if (_phase is Phase.Copying or Phase.Ending or Phase.Syncing)
            _job?.Output.Abandon();
        // From Replacing on the manifest on disk may name the output.
        Drop();
        if (error is null)
            return;
        Volatile.Write(ref _failure, error);
        _options.Log.Environment.Events.MergeFailed(_options.Log.Shard, error);
    }
}
