using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Model;

/// <summary>
/// The life of one shard on a simulated disk next to a model of its records: processes that die, power that fails, syncs that fail, full disks.
/// After every opening the store must show exactly a prefix of the records that were appended, with all that was reported flushed.
/// Everything follows from the numbers that it is given, so the same program is the same life.
/// </summary>
internal sealed partial class StoreLife : ILogListener, IDisposable
{
    private const string Root = "/data";
    private const string Folder = "/data/shard-0";
    private static readonly Guid ClusterId = new("11111111-2222-3333-4444-555555555555");
    private static readonly KeyHasher Hasher = new SipKeyHasher(7, 8);

    private readonly LifeReport _report;
    private readonly DiskLie _lie;
    private readonly ManualTimeProvider _time = new();
    private readonly LogModel _model = new();
    private readonly Random _ids;
    private readonly long _segmentBytes;
    private readonly FsyncMode _fsync;
    private readonly bool _hints;
    private readonly int _pendingOperationsMax;
    private readonly MergeOptions _merge;
    private SimulatedFileLayer _files = new();
    private SimulatedCrashPoints _points;
    private ManualScheduler _scheduler;
    private NodeStateFile? _node;
    private ShardStore? _openStore;
    private int _boot = 1;
    private Lsn _acknowledged;
    private Lsn _synced;
    private Lsn? _cutting;
    private Exception? _failure;
    private bool _stalled;
    private bool _mayBeDoubtful;
    private Term _term = new(1);
    private ShardReplicaState _promised;
    private long _mergesSeen;
    private readonly List<ShardReplicaState> _asked = [];

    public StoreLife(int seed, LifeReport report, DiskLie lie = DiskLie.None)
    {
        var random = new Random(seed);
        _ids = new Random(seed);
        _report = report;
        _lie = lie;
        _segmentBytes = random.Next(300, 2500);
        _fsync = random.Next(6) switch { 0 => FsyncMode.Interval, 1 => FsyncMode.Os, _ => FsyncMode.Always };
        _hints = random.Next(4) != 0;
        _pendingOperationsMax = random.Next(5) == 0 ? 12 : 4096;
        _merge = new MergeOptions
        {
            Enabled = random.Next(6) != 0,
            Ratio = random.Next(3) > 0 ? 0.1 : 0.5,
            MinBytes = 0,
            FileBytes = random.Next(400, 5000),
        };
        _files.CreateFolder(Root);
        _files.SyncFolder("/");
        _points = new SimulatedCrashPoints(_files);
        _scheduler = new ManualScheduler(_time);
        if (!Open(random, mayCrash: random.Next(8) == 0))
            Reopen(random, powerLoss: random.Next(2) == 0, mayCrash: false);
        else
            Compare(powerLoss: false);
    }

    /// <summary>Gets a line per event when one life is looked at.</summary>
    public Action<string>? Trace { get; set; }

    private ShardStore Store => _openStore!;

    private long Now => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public void Dispose() => Bury();

    public override string ToString() => FormattableString.Invariant(
        $"fsync {_fsync}, segments of {_segmentBytes}, hints {_hints}: LSN {_model.Last}, acknowledged {_acknowledged}, synced {_synced}, commit {_model.Commit}, boot {_boot}");

    void ILogListener.Flushed(Lsn through)
    {
        if (_cutting is null)
            _acknowledged = Lsn.Max(_acknowledged, through);
    }

    void ILogListener.FlushFailed(Exception cause)
    {
        Assert.Null(_failure);
        _failure = cause;
    }

    void ILogListener.FlushStalled(Exception cause)
    {
        Assert.False(_stalled);
        _stalled = true;
    }

    void ILogListener.FlushResumed() => _stalled = false;

    /// <summary>The end of a program: what is left must be in order, and open twice the same.</summary>
    public void End(int seed)
    {
        var random = new Random(seed);
        CalmDown();
        if (_failure is not null || _files.IsHalted)
            Reopen(random, powerLoss: random.Next(2) == 0, mayCrash: false);
        Examine();
        Flush();
        Assert.Null(_failure);
        Assert.Equal(_model.Last, Store.FlushedLsn);
        Reopen(random, powerLoss: random.Next(2) == 0, mayCrash: false);
        CloseAndReopen(random);
    }

    private StorageEnvironment Environment => new()
    {
        Files = _lie == DiskLie.None ? _files : new LyingFileLayer(_files, _lie),
        Scheduler = _scheduler,
        Time = _time,
        RandomId = () => (ulong)_ids.NextInt64(1, long.MaxValue),
        BootId = new Guid(_lie == DiskLie.BootIdOfEveryProcess ? _ids.Next() : _boot, 1, 1, new byte[8]),
        CrashPoints = _points,
        Events = new CountingEvents(_report),
    };

    /// <summary>A machine that stops takes the thread with it.</summary>
    private static void Survive(Action work)
    {
        try
        {
            work();
        }
        catch (SimulatedCrashException)
        {
        }
    }

    private void CalmDown()
    {
        _files.CrashAfter = -1;
        _files.Fault = null;
        _files.FreeSpace = long.MaxValue;
        _points.CrashAt = null;
        if (_files.IsHalted)
            return;
        _time.Advance(TimeSpan.FromMilliseconds(300));
        _scheduler.RunAll();
    }

    private void Flush()
    {
        Store.RequestFlush();
        _scheduler.RunAll();
        NoteSynced();
    }

    private void NoteSynced()
    {
        if (_cutting is null && _openStore is not null && !_files.IsHalted && _failure is null)
            _synced = Lsn.Max(_synced, Store.Log.SyncedLsn);
    }

    /// <summary>The memory of the process that ended; its disk hears nothing of it.</summary>
    private void Bury()
    {
        _files.Halt();
        _openStore?.Close(static _ => { });
        do
            Survive(_scheduler.RunAll);
        while (_scheduler.HasWork);
        _openStore?.Dispose();
        _openStore = null;
    }

    private void CloseAndReopen(Random random)
    {
        Exception? error = null;
        var done = false;
        Store.Close(failure =>
        {
            error = failure;
            done = true;
        });
        _scheduler.RunAll();
        Assert.True(done, "a close ends");
        Assert.True(error is null || _files.IsHalted || _failure is not null || _stalled || _files.Fault is not null, error?.ToString());
        if (error is not null || _files.IsHalted)
        {
            Reopen(random, powerLoss: _files.IsHalted && random.Next(2) == 0, mayCrash: true);
            return;
        }

        var (last, commit, digest) = (_model.Last, _model.Commit, _model.DigestAt(_model.Last));
        var mayBeDoubtful = _mayBeDoubtful;
        _acknowledged = _synced = last;
        _report.Count("clean closes");
        // A machine that loses its power now loses nothing.
        Reopen(random, powerLoss: random.Next(2) == 0, mayCrash: false);
        Assert.Equal((last, digest), (Store.LastLsn, Store.Digest));
        Assert.Equal(commit, Store.CommitLsn);
        Assert.Equal(mayBeDoubtful, Store.Recovery.MayHaveLostAcknowledged);
    }

    /// <summary>A new process on the disk, after a loss of the page cache or not.</summary>
    private void Reopen(Random random, bool powerLoss, bool mayCrash)
    {
        for (var attempt = 0; ; attempt++)
        {
            var next = powerLoss ? _files.AfterPowerLoss(random, _report.Losses) : _files.AfterProcessDeath();
            _report.Count(powerLoss ? "losses of power" : "deaths of the process");
            Trace?.Invoke(powerLoss ? "the power fails" : "the process dies");
            Bury();
            _files = next;
            _boot += powerLoss ? 1 : 0;
            _scheduler = new ManualScheduler(_time);
            _points = new SimulatedCrashPoints(_files);
            if (Open(random, mayCrash && attempt < 3))
                break;
            powerLoss |= random.Next(2) == 0;
        }

        Trace?.Invoke($"open again: LSN {Store.LastLsn}, commit {Store.CommitLsn}, torn from {Store.Recovery.TornFrom}");
        Compare(powerLoss);
    }

    /// <summary>False: it crashed or met a fault that was planted.</summary>
    private bool Open(Random random, bool mayCrash)
    {
        var harmed = false;
        if (mayCrash && random.Next(3) == 0)
        {
            harmed = true;
            _files.CrashAfter = random.Next(14);
        }
        else if (mayCrash && random.Next(3) == 0)
        {
            harmed = true;
            Harm(random);
        }
        else if (mayCrash && random.Next(3) == 0)
        {
            _points.CrashAt = StoreLifeTests.Points[random.Next(StoreLifeTests.Points.Length)];
        }

        _failure = null;
        _stalled = false;
        var opened = false;
        try
        {
            _node = NodeStateFile.Open(Root, Environment, ClusterId);
            _openStore = ShardStore.Open(Options());
            opened = true;
        }
        catch (SimulatedCrashException)
        {
            _report.Count("crashes while opening");
        }
        catch (StorageFailedException error) when (harmed)
        {
            _report.Count($"openings that failed: {error.Failure}");
            _files.Fault = null;
            if (random.Next(2) == 0)
                _scheduler.RunAll();
        }

        _report.Points.UnionWith(_points.Seen);
        if (!opened || _files.IsHalted)
            return false;
        _files.CrashAfter = -1;
        _files.Fault = null;
        _files.FreeSpace = long.MaxValue;
        _points.CrashAt = null;
        if (_hints && _files.ListFiles(Folder).Any(static name => name.EndsWith(SegmentName.HintSuffix, StringComparison.Ordinal)))
            _report.Count("openings with hints");
        return true;
    }

    private ShardStoreOptions Options() => new()
    {
        Hasher = Hasher,
        Hints = _hints,
        Merge = _merge,
        PendingOperationsMax = _pendingOperationsMax,
        Log = new ShardLogOptions
        {
            Folder = Folder,
            Shard = 0,
            ClusterId = ClusterId,
            Listener = this,
            SegmentBytes = _segmentBytes,
            BufferBytes = _segmentBytes,
            UnflushedBytesMax = 40 << 10,
            NodeState = _node,
            Fsync = _fsync,
            FsyncInterval = TimeSpan.FromMilliseconds(50),
            Environment = Environment,
        },
    };

    private void Compare(bool powerLoss)
    {
        var last = Store.LastLsn;
        var promised = powerLoss && _fsync != FsyncMode.Always ? _synced : _acknowledged;
        if (_cutting is { } keep)
            (promised, _acknowledged) = (Lsn.Min(promised, keep), Lsn.Min(_acknowledged, keep));
        Assert.True(last >= promised, $"LSN {promised} was reported flushed, the log ends with {last}");
        Assert.True(last <= _model.Last, $"the log ends with LSN {last}, nothing behind {_model.Last} was ever appended");
        Assert.Equal(last, Store.FlushedLsn);
        Assert.True(Store.CommitLsn <= _model.Commit, $"LSN {Store.CommitLsn} counts as committed, {_model.Commit} was");
        Assert.True(Store.Recovery.MayHaveLostAcknowledged || last >= _acknowledged, "a loss is not told");
        if (_fsync == FsyncMode.Always)
            Assert.False(Store.Recovery.MayHaveLostAcknowledged);
        _mayBeDoubtful = Store.Recovery.MayHaveLostAcknowledged;
        _report.Count(last < _model.Last ? "openings without the un-synced end" : "openings with everything");
        _model.CutAfter(last);
        _model.Commit = Store.CommitLsn;
        _acknowledged = _synced = last;
        _cutting = null;
        _term = Store.LastTerm.Next;
        _mergesSeen = 0;
        // Half of the shards have nobody else who needs their log.
        if (_merge.Ratio < 0.3)
            Store.ReleaseBelow(new Lsn(long.MaxValue));
        ComparePromise();
        Examine();
    }

    private void ComparePromise()
    {
        var found = _node!.Find(0) ?? default;
        Assert.True(found == _promised || (found.Term > _promised.Term && _asked.Contains(found)), $"promised {_promised}, found {found}");
        _promised = found;
    }

    /// <summary>What the background has done since the store was opened.</summary>
    private void NoteMerges()
    {
        if (_openStore is null || !_merge.Enabled)
            return;
        var status = Store.MergeStatus;
        _report.Count("merges", Math.Max(0, status.Merges - _mergesSeen));
        _mergesSeen = status.Merges;
        if (Store.FirstLsn > Lsn.First)
            _report.Count("steps with a released log");
        if (status.DataFiles > 1)
            _report.Count("steps with several data files");
    }

    private sealed class CountingEvents(LifeReport report) : IStorageEvents
    {
        public void TornTailCut(int shard, string path, long offset, Lsn firstLost, string reason) => report.Count("torn tails cut");

        public void SuffixCut(int shard, Lsn keep, Lsn last, string tailPath) => report.Count("suffixes cut");

        public void DoubtfulRecordsCopied(int shard, Lsn first, Lsn last) => report.Count("doubtful records copied");
    }
}
