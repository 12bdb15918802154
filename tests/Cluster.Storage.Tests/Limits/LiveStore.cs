using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Storage.Tests.Limits;

/// <summary>A shard's store on the operating system's files, with the real writer threads; one test thread owns it.</summary>
internal sealed class LiveStore : ILogListener, IStorageEvents, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly WriterPool _pool = new(1);
    private readonly string _folder;
    private readonly SpaceGuard? _space;
    private readonly EpochDomain _epochs = new();
    private readonly StorageEnvironment _environment;

    public LiveStore(string folder, SpaceLimits? limits = null)
    {
        _folder = folder;
        _environment = StorageEnvironment.ForProcess(_pool, this);
        if (limits is not null)
            _environment = _environment with { Space = _space = SpaceGuard.Open(folder, limits, _environment) };
        Reopen();
    }

    public ShardStore Store { get; private set; } = null!;

    public StorageEnvironment Environment => _environment;

    public Exception? Failure { get; private set; }

    public Exception? StalledBy { get; private set; }

    public int Stalls { get; private set; }

    public int Recoveries { get; private set; }

    public List<string> Unsaved { get; } = [];

    public void Reopen() => Store = ShardStore.Open(new ShardStoreOptions
    {
        Log = new ShardLogOptions
        {
            Folder = Path.Combine(_folder, "shard-0000"),
            Shard = 0,
            ClusterId = new Guid("11111111-2222-3333-4444-555555555555"),
            Environment = _environment,
            Listener = this,
            SegmentBytes = 256 << 10,
            BufferBytes = 64 << 10,
        },
        Epochs = _epochs,
    });

    public AppendResult Put(int number, int bytes) =>
        Store.AppendPut(new Term(1), 0, SessionStamp.None, Key(number), Value(number, bytes));

    public static byte[] Key(int number) => BitConverter.GetBytes(number);

    public static byte[] Value(int number, int bytes)
    {
        var value = new byte[bytes];
        new Random(number).NextBytes(value);
        return value;
    }

    public void AssertHas(int number, int bytes)
    {
        var found = Store.Find(Key(number));
        Assert.True(found.Found, $"key {number}");
        var value = new byte[bytes];
        Assert.Equal(ValueReadOutcome.Copied, Store.ReadFromDisk(found.Location, Key(number), value));
        Assert.Equal(Value(number, bytes), value);
    }

    /// <summary>Waits for what the writer threads report.</summary>
    public void Await(Func<bool> condition, string what)
    {
        var until = System.Diagnostics.Stopwatch.StartNew();
        lock (_gate)
        {
            while (!condition())
                Assert.True(until.Elapsed < Patience && Monitor.Wait(_gate, Patience), $"waited for: {what}; failure: {Failure}, stalled by: {StalledBy}");
        }
    }

    public void FlushAll()
    {
        Store.RequestFlush();
        var last = Store.LastLsn;
        Await(() => Store.FlushedLsn >= last, $"LSN {last} to be flushed");
    }

    public Exception? Wait(Action<Action<Exception?>> start)
    {
        Exception? result = null;
        var done = false;
        start(error =>
        {
            lock (_gate)
            {
                result = error;
                done = true;
                Monitor.PulseAll(_gate);
            }
        });
        Await(() => done, "a command");
        return result;
    }

    public Exception? Close()
    {
        var result = Wait(Store.Close);
        Store.Dispose();
        return result;
    }

    public void Dispose()
    {
        Store.Dispose();
        _space?.Dispose();
        _pool.Dispose();
    }

    void ILogListener.Flushed(Lsn through) => Note(static () => { });

    void ILogListener.FlushFailed(Exception cause) => Note(() => Failure = cause);

    void ILogListener.FlushStalled(Exception cause) => Note(() =>
    {
        StalledBy = cause;
        Stalls++;
    });

    void ILogListener.FlushResumed() => Note(() => StalledBy = null);

    void IStorageEvents.SpaceLow(string folder, long freeBytes) => Note(static () => { });

    void IStorageEvents.SpaceRecovered(string folder, long freeBytes) => Note(() => Recoveries++);

    void IStorageEvents.SuffixCutUnsaved(int shard, string folder, Lsn keep, Lsn last, string reason) => Note(() => Unsaved.Add(reason));

    void IStorageEvents.TornTailCut(int shard, string path, long offset, Lsn firstLost, string reason)
    {
    }

    void IStorageEvents.SuffixCut(int shard, Lsn keep, Lsn last, string tailPath)
    {
    }

    void IStorageEvents.DoubtfulRecordsCopied(int shard, Lsn first, Lsn last)
    {
    }

    private void Note(Action change)
    {
        lock (_gate)
        {
            change();
            Monitor.PulseAll(_gate);
        }
    }
}
