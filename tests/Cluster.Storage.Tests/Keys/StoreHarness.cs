using System.Text;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Tests.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

/// <summary>One shard on a simulated disk, driven on the test's thread, and the model that it is compared with.</summary>
internal sealed class StoreHarness : IDisposable, ILogListener
{
    public const int Keys = 24;

    private readonly Random _random;
    private readonly KeyHasher _hasher;
    private readonly ManualTimeProvider _time = new();
    private readonly int _pendingOperationsMax;
    private readonly long _segmentBytes;
    private readonly MergeOptions _merge;
    private SimulatedFileLayer _files;
    private ManualScheduler _scheduler;

    public StoreHarness(int seed, KeyHasher? hasher = null, int pendingOperationsMax = 1 << 20, long segmentBytes = 16 << 10, MergeOptions? merge = null)
    {
        _random = new Random(seed);
        _hasher = hasher ?? new SipKeyHasher(7, 8);
        _files = new SimulatedFileLayer();
        _files.CreateFolder("/data");
        _files.SyncFolder("/");
        _scheduler = new ManualScheduler(_time);
        _pendingOperationsMax = pendingOperationsMax;
        _segmentBytes = segmentBytes;
        _merge = merge ?? new MergeOptions();
        CrashPoints = new SimulatedCrashPoints(_files);
        Store = Open();
    }

    public ShardStore Store { get; private set; }

    /// <summary>Of the disk as it is now: another one after a crash.</summary>
    public SimulatedCrashPoints CrashPoints { get; private set; }

    public LogBench.RecordingEvents Events { get; } = new();

    public StoreModel Model { get; } = new();

    public Term Term { get; set; } = new(1);

    public Exception? Failure { get; private set; }

    public void Flushed(Lsn through)
    {
    }

    public void FlushFailed(Exception cause) => Failure = cause;

    public static string KeyName(int key) => $"key:{key % Keys}";

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public void Append(params ModelOperation[] operations)
    {
        var lsn = Model.Append(RecordKind.Keys, operations);
        var result = operations is [var only] ? AppendOne(only) : AppendList(operations);
        Assert.Equal(AppendResult.At(lsn), result);
    }

    public void FlushKeys() =>
        Assert.Equal(AppendResult.At(Model.Append(RecordKind.FlushKeys)), Store.AppendFlushKeys(Term, Now, SessionStamp.None));

    /// <summary>Appends one of the records that change no key.</summary>
    public void AppendControl(int seed)
    {
        var payload = BitConverter.GetBytes(seed);
        var lsn = (seed % 4) switch
        {
            0 => Store.AppendConfiguration(Term, Now, payload),
            1 => Store.AppendTopology(Term, Now, payload),
            2 => Store.AppendTime(Term, Now),
            _ => Store.AppendNoOp(Term, Now),
        };
        var kind = (seed % 4) switch
        {
            0 => RecordKind.Configuration,
            1 => RecordKind.Topology,
            2 => RecordKind.Time,
            _ => RecordKind.NoOp,
        };
        Assert.Equal(Model.AppendControl(kind, payload), lsn);
    }

    public void Flush()
    {
        Store.RequestFlush();
        _scheduler.RunAll();
        Assert.Equal(Model.Last, Store.FlushedLsn);
    }

    /// <summary>Time goes by: what works in the background gets its turns.</summary>
    public void Idle(int milliseconds)
    {
        for (var i = 0; i < milliseconds; i += 2)
        {
            _time.Advance(TimeSpan.FromMilliseconds(2));
            _scheduler.RunAll();
        }
    }

    public SimulatedFileLayer Files => _files;

    public void Commit(Lsn commit)
    {
        Store.AdvanceCommit(commit);
        Model.CommitThrough(commit);
    }

    public void Cut(Lsn keep)
    {
        CutStore(keep);
        Model.CutAfter(keep);
    }

    /// <summary>A cut for tests that appended past the model.</summary>
    public void CutStore(Lsn keep)
    {
        var done = false;
        Store.CutAfter(keep, failure =>
        {
            Assert.Null(failure);
            done = true;
        });
        _scheduler.RunAll();
        Assert.True(done, "a cut ends");
    }

    /// <summary>A clean end: everything is there again; what was committed is committed.</summary>
    public void CloseAndReopen()
    {
        var done = false;
        Store.Close(failure =>
        {
            Assert.Null(failure);
            done = true;
        });
        _scheduler.RunAll();
        Assert.True(done, "a close ends");
        Store.Dispose();
        Store = Open();
        Assert.Equal(Model.Last, Store.LastLsn);
        Assert.Equal(Model.Commit, Store.CommitLsn);
    }

    /// <summary>The machine stops. What was flushed is there again, of the rest some prefix.</summary>
    public void CrashAndReopen(bool powerLoss = true)
    {
        var flushed = Store.FlushedLsn;
        Store.Dispose();
        // Whatever the old store still calls must not reach the new disk.
        var disk = powerLoss ? _files.AfterPowerLoss(_random) : _files.AfterProcessDeath();
        _files.Halt();
        _files = disk;
        _scheduler = new ManualScheduler(_time);
        CrashPoints = new SimulatedCrashPoints(_files);
        Store = Open();
        Assert.InRange(Store.LastLsn.Value, flushed.Value, Model.Last.Value);
        Assert.InRange(Store.CommitLsn.Value, 0, Math.Min(Store.LastLsn.Value, Model.Commit.Value));
        Model.RecoverTo(Store.LastLsn, Store.CommitLsn);
    }

    public void AssertKey(string key)
    {
        var name = Bytes(key);
        var newest = Model.Find(key, Model.Last);
        var pending = newest.Lsn > Model.Commit;
        var lookup = Store.Find(name);
        Assert.Equal(pending ? newest.Lsn : Lsn.None, lookup.PendingLsn);
        AssertValue(lookup, name, newest.Value, newest.ExpiresAt);
        var committed = Model.Find(key, Model.Commit);
        AssertValue(Store.FindCommitted(name), name, committed.Value, committed.ExpiresAt);
    }

    public void AssertEverything()
    {
        for (var key = 0; key < Keys; key++)
            AssertKey(KeyName(key));
        Assert.Equal(CountAt(Model.Commit), Store.Count);
        AssertScan();
        Assert.Equal(CountAt(Model.Last), Store.CountWithPending());
        Assert.Equal(Model.LastPending, Store.LastPendingLsn);
        Assert.Equal(Model.Control(RecordKind.Configuration, Model.Last), Store.LastConfiguration?.Payload.ToArray());
        Assert.Equal(Model.Control(RecordKind.Configuration, Model.Commit), Store.CommittedConfiguration?.Payload.ToArray());
        Assert.Equal(Model.Control(RecordKind.Topology, Model.Last), Store.LastTopology?.Payload.ToArray());
        Assert.Equal(Model.Control(RecordKind.Topology, Model.Commit), Store.CommittedTopology?.Payload.ToArray());
        AssertCommittedRecords();
    }

    public void Dispose() => Store.Dispose();

    public long Now => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private int CountAt(Lsn lsn) => Enumerable.Range(0, Keys).Count(key => Model.Find(KeyName(key), lsn).Value != null);

    private void AssertScan()
    {
        var places = new List<ValueLocation>();
        ulong cursor = 0;
        do
            cursor = Store.ScanCommitted(cursor, 3, places);
        while (cursor != 0);
        var names = new List<string>();
        var key = new byte[32];
        foreach (var place in places)
        {
            Assert.Equal(ValueReadOutcome.Copied, Store.ReadKey(place, key, out var length));
            names.Add(Encoding.UTF8.GetString(key, 0, length));
        }

        var expected = Enumerable.Range(0, Keys).Select(KeyName).Where(name => Model.Find(name, Model.Commit).Value != null);
        Assert.Equal(expected.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    private void AssertCommittedRecords()
    {
        using var reader = Store.ReadCommitted(Store.FirstLsn - 1);
        for (var lsn = Store.FirstLsn; lsn <= Model.Commit; lsn = lsn.Next)
        {
            Assert.True(reader.MoveNext(), $"LSN {lsn} of {Model.Commit} is missing");
            Assert.Equal(lsn, reader.Current.Lsn);
            Assert.Equal(Model.KindAt(lsn), reader.Current.Kind);
        }

        Assert.False(reader.MoveNext(), "no record behind the commit LSN is shown");
    }

    private void AssertValue(KeyLookup lookup, byte[] key, byte[]? expected, long expiresAt)
    {
        Assert.Equal(expected != null, lookup.Found);
        if (expected == null)
            return;
        var value = new byte[lookup.ValueLength(key.Length)];
        Assert.Equal(expected.Length, value.Length);
        Assert.Equal(ValueReadOutcome.Copied, Store.ReadFromDisk(lookup.Location, key, value));
        Assert.Equal(expected, value);
        if (expiresAt != 0)
            Assert.Equal(ValueReadOutcome.Expired, Store.ReadFromDisk(lookup.Location, key, value, now: expiresAt));
    }

    private AppendResult AppendOne(ModelOperation operation) => operation.Value == null
        ? Store.AppendDelete(Term, Now, SessionStamp.None, Bytes(operation.Key))
        : Store.AppendPut(Term, Now, SessionStamp.None, Bytes(operation.Key), operation.Value, operation.ExpiresAt);

    private AppendResult AppendList(ModelOperation[] operations)
    {
        var source = new List<byte>();
        var list = new List<KeyOperation>();
        foreach (var operation in operations)
        {
            var key = Bytes(operation.Key);
            var value = operation.Value ?? [];
            list.Add(new KeyOperation(
                operation.Kind, source.Count, key.Length, source.Count + key.Length, value.Length, operation.ExpiresAt));
            source.AddRange(key);
            source.AddRange(value);
        }

        var session = new SessionStamp(new Guid(1, 2, 3, new byte[8]), Model.Last.Value);
        return Store.AppendKeys(Term, Now, session, source.ToArray(), list.ToArray());
    }

    private ShardStore Open() => ShardStore.Open(new ShardStoreOptions
    {
        Hasher = _hasher,
        PendingOperationsMax = _pendingOperationsMax,
        Merge = _merge,
        Log = new ShardLogOptions
        {
            Folder = "/data/shard-0",
            Shard = 0,
            ClusterId = new Guid(9, 9, 9, new byte[8]),
            Listener = this,
            // Small, so that a short program crosses segments and reads values that have left the buffer.
            SegmentBytes = _segmentBytes,
            BufferBytes = _segmentBytes / 2,
            Environment = new StorageEnvironment
            {
                Files = _files,
                Scheduler = _scheduler,
                Time = _time,
                RandomId = () => unchecked((ulong)_random.NextInt64()),
                BootId = new Guid(5, 5, 5, new byte[8]),
                CrashPoints = CrashPoints,
                Events = Events,
            },
        },
    });
}
