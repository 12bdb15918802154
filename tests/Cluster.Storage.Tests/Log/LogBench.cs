using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;

namespace Cluster.Storage.Tests.Log;

/// <summary>One shard's log on a simulated disk, driven by hand on the test's thread.</summary>
internal sealed class LogBench : ILogListener, IRecordReplay
{
    public const string Root = "/data";
    public const string Folder = "/data/shard-0";
    public static readonly Guid ClusterId = new("11111111-2222-3333-4444-555555555555");

    private readonly Random _random;

    public LogBench(int seed = 1, SimulatedFileLayer? files = null, ManualTimeProvider? time = null)
    {
        _random = new Random(seed);
        Files = files ?? new SimulatedFileLayer();
        Time = time ?? new ManualTimeProvider();
        Scheduler = new ManualScheduler(Time);
        CrashPoints = new SimulatedCrashPoints(Files);
        if (files is null)
        {
            Files.CreateFolder(Root);
            Files.SyncFolder("/");
        }
    }

    public SimulatedFileLayer Files { get; }

    public ManualTimeProvider Time { get; }

    public ManualScheduler Scheduler { get; }

    public SimulatedCrashPoints CrashPoints { get; }

    public RecordingEvents Events { get; } = new();

    public Guid BootId { get; set; } = new("99999999-0000-0000-0000-000000000001");

    public FsyncMode Fsync { get; set; } = FsyncMode.Always;

    public long SegmentBytes { get; set; } = 4096;

    public long BufferBytes { get; set; } = 256 << 10;

    public long UnflushedBytesMax { get; set; } = 64 << 20;

    public CancellationToken OpeningCancelled { get; set; }

    public bool CreateIfMissing { get; set; } = true;

    public NodeStateFile? NodeState { get; set; }

    public SpaceGuard? Space { get; set; }

    public int Shard { get; set; }

    public Guid Cluster { get; set; } = ClusterId;

    public ShardLog Log { get; private set; } = null!;

    /// <summary>Records seen by the last opening.</summary>
    public List<(Lsn Lsn, Term Term, byte[] Payload, RecordLocation Location)> Replayed { get; } = [];

    public Lsn Flushed { get; private set; }

    public Exception? Failure { get; private set; }

    public Exception? StalledBy { get; private set; }

    public Term Term { get; set; } = new(1);

    public StorageEnvironment Environment => new()
    {
        Files = Files,
        Scheduler = Scheduler,
        Time = Time,
        RandomId = () => (ulong)_random.NextInt64(1, long.MaxValue),
        BootId = BootId,
        Events = Events,
        CrashPoints = CrashPoints,
        Space = Space,
    };

    public LogBench Open()
    {
        Replayed.Clear();
        Failure = null;
        Log = ShardLog.Open(
            new ShardLogOptions
            {
                Folder = Folder,
                Shard = Shard,
                ClusterId = Cluster,
                Environment = Environment,
                Listener = this,
                CreateIfMissing = CreateIfMissing,
                NodeState = NodeState,
                SegmentBytes = SegmentBytes,
                BufferBytes = BufferBytes,
                UnflushedBytesMax = UnflushedBytesMax,
                Fsync = Fsync,
                OpeningCancelled = OpeningCancelled,
            },
            this);
        Flushed = Log.FlushedLsn;
        if (Log.LastTerm > Term)
            Term = Log.LastTerm;
        return this;
    }

    /// <summary>The same disk in a new process; with <paramref name="powerLoss"/> un-synced content is lost by the seed's choice.</summary>
    public LogBench Restart(int seed, bool powerLoss)
    {
        var files = powerLoss ? Files.AfterPowerLoss(new Random(seed)) : Files.AfterProcessDeath();
        Bury();
        return new LogBench(seed, files, Time)
        {
            SegmentBytes = SegmentBytes,
            BufferBytes = BufferBytes,
            Fsync = Fsync,
            BootId = powerLoss ? new Guid(seed, 1, 1, [0, 0, 0, 0, 0, 0, 0, 1]) : BootId,
        };
    }

    /// <summary>Gives the dead process's memory back; its disk hears nothing of it.</summary>
    private void Bury()
    {
        Files.Halt();
        Log?.Close(static _ => { });
        Scheduler.RunAll();
    }

    public Lsn Append(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Log.Append(RecordKind.Keys, Term, 0, SessionStamp.None, payload.Length));
        return Log.Commit(out _);
    }

    /// <summary>A payload that tells its LSN and depends on a seed.</summary>
    public Lsn AppendNumbered(int length = 40) => Append(Payload(Log.LastLsn.Value + 1, Term.Value, length));

    public static byte[] Payload(long lsn, long term, int length)
    {
        var payload = new byte[length];
        for (var i = 0; i < length; i++)
            payload[i] = (byte)((lsn * 31) + (term * 7) + i);
        return payload;
    }

    public LogBench AppendFlushed(int count, int length = 40)
    {
        for (var i = 0; i < count; i++)
            AppendNumbered(length);
        Flush();
        return this;
    }

    public void Flush()
    {
        Log.RequestFlush();
        Scheduler.RunAll();
    }

    public Exception? Cut(Lsn keep)
    {
        var error = Wait(done => Log.CutAfter(keep, done));
        ForgetFlushed();
        return error;
    }

    /// <summary>After a cut the flushed position has gone back with it.</summary>
    public void ForgetFlushed() => ForgetFlushed(Log.FlushedLsn);

    public void ForgetFlushed(Lsn flushed) => Flushed = flushed;

    public Exception? Close() => Wait(Log.Close);

    public Exception? Wait(Action<Action<Exception?>> start)
    {
        Exception? result = null;
        var called = 0;
        start(error =>
        {
            result = error;
            called++;
        });
        Scheduler.RunAll();
        Xunit.Assert.Equal(1, called);
        return result;
    }

    public IReadOnlyList<string> SegmentFiles => [.. Files.ListFiles(Folder).Where(name => name.StartsWith("wal-", StringComparison.Ordinal)).Order()];

    public string PathOf(string name) => Path.Combine(Folder, name);

    void ILogListener.Flushed(Lsn through)
    {
        Xunit.Assert.True(through >= Flushed, "flushed never goes back");
        Flushed = through;
    }

    void ILogListener.FlushFailed(Exception cause)
    {
        Xunit.Assert.Null(Failure);
        Failure = cause;
    }

    void ILogListener.FlushStalled(Exception cause) => StalledBy = cause;

    void ILogListener.FlushResumed() => StalledBy = null;

    void IRecordReplay.OnRecord(in RecordView record, RecordLocation location) =>
        Replayed.Add((record.Lsn, record.Term, record.Payload.ToArray(), location));

    internal sealed class RecordingEvents : IStorageEvents
    {
        public List<Lsn> TornFrom { get; } = [];

        public List<string> Tails { get; } = [];

        public List<Lsn> Copied { get; } = [];

        public List<string> SpaceNotes { get; } = [];

        public List<Lsn> PinsRevoked { get; } = [];

        public void LogPinRevoked(int shard, Lsn after, long bytesHeld) => PinsRevoked.Add(after);

        public int Merges { get; private set; }

        public List<Exception> MergeFailures { get; } = [];

        public void Merged(int shard, Lsn through, long replacedBytes, long writtenBytes) => Merges++;

        public void MergeFailed(int shard, Exception cause) => MergeFailures.Add(cause);

        public void SpaceLow(string folder, long freeBytes) => SpaceNotes.Add("low");

        public void SpaceRecovered(string folder, long freeBytes) => SpaceNotes.Add("recovered");

        public void TornTailCut(int shard, string path, long offset, Lsn firstLost, string reason) => TornFrom.Add(firstLost);

        public void SuffixCut(int shard, Lsn keep, Lsn last, string tailPath) => Tails.Add(tailPath);

        public List<OpeningProgress> Openings { get; } = [];

        /// <summary>Called with each of them.</summary>
        public Action<OpeningProgress>? OnOpening { get; set; }

        public void Opening(in OpeningProgress progress)
        {
            Openings.Add(progress);
            OnOpening?.Invoke(progress);
        }

        public List<string> Doubted { get; } = [];

        public void AcknowledgedMayBeMissing(int shard, string folder, Lsn last) => Doubted.Add(folder);

        public List<string> Unsaved { get; } = [];

        public void SuffixCutUnsaved(int shard, string folder, Lsn keep, Lsn last, string reason) => Unsaved.Add(reason);

        public void DoubtfulRecordsCopied(int shard, Lsn first, Lsn last) => Copied.Add(first);
    }
}
