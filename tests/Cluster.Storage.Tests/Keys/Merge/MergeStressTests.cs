using System.Buffers.Binary;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Storage.Tests.Keys.Merge;

/// <summary>On a real disk, with real threads: an owner that overwrites, a lane that merges and unlinks, readers that look and read.</summary>
public sealed class MergeStressTests : IDisposable, ILogListener
{
    private const int Keys = 2000;
    private const int ValueBytes = 300;

    private readonly string _root = Directory.CreateTempSubdirectory("cluster-merge-").FullName;
    private readonly long[] _committed = new long[Keys];
    private volatile Exception? _failure;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    void ILogListener.Flushed(Lsn through)
    {
    }

    void ILogListener.FlushFailed(Exception cause) => _failure = cause;

    [Fact]
    public async Task A_reader_gets_a_wrong_value_or_none_while_values_move_or_the_disk_grows_without_end()
    {
        using var pool = new WriterPool(2);
        var store = Open(pool);
        using var stop = new CancellationTokenSource();
        var reads = new long[3];
        var readers = Enumerable.Range(0, reads.Length).Select(index => Task.Factory.StartNew(
            () => Read(store, index, reads, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        var random = new Random(7);
        var version = 0L;
        long most = 0;
        while (store.MergeStatus.Merges < 15 && version < 2_000_000)
        {
            Overwrite(store, random, ref version);
            most = Math.Max(most, store.MergeStatus.DiskBytes);
            Assert.Null(_failure);
            Assert.Null(store.MergeStatus.Failure);
        }

        Assert.True(store.MergeStatus.Merges >= 15, $"only {store.MergeStatus.Merges} merges");
        // Twice the live data, and the segments that are being written.
        Assert.True(most < (3L * Keys * (ValueBytes + 60)) + (12 * 64 << 10), $"{most} bytes at most");
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.All(reads, static count => Assert.True(count > 0));
        Close(store);

        using var again = Open(pool);
        Assert.Equal(Keys, again.Count);
        for (var key = 0; key < Keys; key++)
            Assert.Equal(_committed[key], ReadVersion(again, key));
        Close(again);
    }

    private void Overwrite(ShardStore store, Random random, ref long version)
    {
        Span<byte> key = stackalloc byte[4];
        Span<byte> value = stackalloc byte[ValueBytes];
        var first = store.LastLsn.Next;
        var keys = new int[64];
        for (var i = 0; i < keys.Length; i++)
        {
            // At first all keys once, so that readers find every key from then on.
            keys[i] = version < Keys ? (int)version : random.Next(Keys);
            BinaryPrimitives.WriteInt32LittleEndian(key, keys[i]);
            value.Fill((byte)keys[i]);
            BinaryPrimitives.WriteInt64LittleEndian(value, ++version);
            var appended = store.AppendPut(new Term(1), 1, SessionStamp.None, key, value);
            Assert.Equal(AppendRefusal.None, appended.Refusal);
        }

        store.RequestFlush();
        Assert.True(SpinWait.SpinUntil(() => store.FlushedLsn >= store.LastLsn || _failure is not null, TimeSpan.FromSeconds(60)));
        store.AdvanceCommit(store.LastLsn);
        for (var i = 0; i < keys.Length; i++)
            Volatile.Write(ref _committed[keys[i]], version - keys.Length + 1 + i);
        store.ReleaseBelow(store.LastLsn.Next);
        store.ReclaimMemory();
    }

    private void Read(ShardStore store, int index, long[] reads, CancellationToken stop)
    {
        var random = new Random(index);
        while (!stop.IsCancellationRequested)
        {
            var key = random.Next(Keys);
            var least = Volatile.Read(ref _committed[key]);
            if (least == 0)
                continue;
            Assert.True(ReadVersion(store, key) >= least, "an older value than was committed before");
            reads[index]++;
        }
    }

    /// <summary>As a caller has to: a place that is gone is looked up again.</summary>
    private static long ReadVersion(ShardStore store, int number)
    {
        Span<byte> key = stackalloc byte[4];
        Span<byte> value = stackalloc byte[ValueBytes];
        BinaryPrimitives.WriteInt32LittleEndian(key, number);
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var found = store.FindCommitted(key);
            Assert.True(found.Found, "a key that was never deleted is gone");
            var outcome = store.ReadFromDisk(found.Location, key, value);
            if (outcome == ValueReadOutcome.Gone)
                continue;
            Assert.Equal(ValueReadOutcome.Copied, outcome);
            Assert.True(value[8..].IndexOfAnyExcept((byte)number) < 0, "bytes of another value");
            return BinaryPrimitives.ReadInt64LittleEndian(value);
        }

        throw new InvalidOperationException("its place is always gone");
    }

    private static void Close(ShardStore store)
    {
        using var closed = new ManualResetEventSlim();
        Exception? failure = null;
        store.Close(error =>
        {
            failure = error;
            closed.Set();
        });
        Assert.True(closed.Wait(TimeSpan.FromSeconds(60)));
        Assert.Null(failure);
        store.Dispose();
    }

    private ShardStore Open(WriterPool pool) => ShardStore.Open(new ShardStoreOptions
    {
        Log = new ShardLogOptions
        {
            Folder = Path.Combine(_root, "shard-0"),
            Shard = 0,
            ClusterId = new Guid(1, 2, 3, new byte[8]),
            Listener = this,
            Environment = StorageEnvironment.ForProcess(pool),
            SegmentBytes = 64 << 10,
            BufferBytes = 128 << 10,
            Fsync = FsyncMode.Os,
        },
        Merge = new MergeOptions { Ratio = 0.4, MinBytes = 64 << 10, FileBytes = 256 << 10, BytesPerSecond = 64 << 20 },
    });
}
