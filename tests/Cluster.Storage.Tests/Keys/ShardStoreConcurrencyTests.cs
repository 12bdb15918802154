using System.Buffers.Binary;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

/// <summary>Real files and real writer threads: committed reads beside an owner that overwrites, deletes and empties.</summary>
public sealed class ShardStoreConcurrencyTests : IDisposable, ILogListener
{
    private const int Keys = 300;
    private const int Steps = 12_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory($"cluster-store-{Environment.ProcessId}-");
    private readonly WriterPool _pool = new(1);
    private Exception? _failure;

    [Fact]
    public async Task A_committed_read_returns_another_keys_value_or_older_than_the_commit_that_it_saw()
    {
        using var store = Open();
        var stop = false;
        var readers = Task.WhenAll(Enumerable.Range(1, 2).Select(seed => Task.Factory.StartNew(
            () => ReadUntil(store, new Random(seed), ref stop), TaskCreationOptions.LongRunning)));

        var random = new Random(9);
        Span<byte> key = stackalloc byte[4];
        for (var step = 1; step <= Steps; step++)
        {
            var number = random.Next(Keys);
            BinaryPrimitives.WriteInt32LittleEndian(key, number);
            if (step % 3_000 == 0)
                Assert.True(store.AppendFlushKeys(new Term(1), step, SessionStamp.None).Appended);
            else if (step % 10 == 0)
                Assert.True(store.AppendDelete(new Term(1), step, SessionStamp.None, key).Appended);
            else
                Assert.True(store.AppendPut(new Term(1), step, SessionStamp.None, key, ValueOf(number, step)).Appended);
            if (step % 16 != 0)
                continue;
            store.RequestFlush();
            store.AdvanceCommit(store.LastLsn - 4);
        }

        Volatile.Write(ref stop, true);
        await readers;
        Assert.Null(_failure);
        var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Close(closed.SetResult);
        Assert.Null(await closed.Task);
    }

    void ILogListener.Flushed(Lsn through)
    {
    }

    void ILogListener.FlushFailed(Exception cause) => _failure = cause;

    public void Dispose()
    {
        _pool.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void ReadUntil(ShardStore store, Random random, ref bool stop)
    {
        var key = new byte[4];
        var newest = new int[Keys];
        while (!Volatile.Read(ref stop))
        {
            var number = random.Next(Keys);
            BinaryPrimitives.WriteInt32LittleEndian(key, number);
            var commit = store.CommitLsn;
            var lookup = store.FindCommitted(key);
            if (!lookup.Found)
                continue;
            var value = new byte[lookup.ValueLength(key.Length)];
            Assert.Equal(ValueReadOutcome.Copied, store.ReadFromDisk(lookup.Location, key, value));
            var step = BinaryPrimitives.ReadInt32LittleEndian(value);
            Assert.Equal(ValueOf(number, step), value);
            Assert.True(step >= newest[number], $"key {number} went back from step {newest[number]} to {step} at commit {commit}");
            newest[number] = step;
        }
    }

    /// <summary>Names its step, then bytes that only this key at this step has.</summary>
    private static byte[] ValueOf(int number, int step)
    {
        var value = new byte[8 + step % 90];
        new Random(number * 31 + step).NextBytes(value);
        BinaryPrimitives.WriteInt32LittleEndian(value, step);
        return value;
    }

    private ShardStore Open() => ShardStore.Open(new ShardStoreOptions
    {
        Log = new ShardLogOptions
        {
            Folder = Path.Combine(_folder.FullName, "shard-0"),
            Shard = 0,
            ClusterId = new Guid(9, 9, 9, new byte[8]),
            Listener = this,
            SegmentBytes = 128 << 10,
            BufferBytes = 32 << 10,
            Fsync = FsyncMode.Os,
            Environment = StorageEnvironment.ForProcess(_pool),
        },
    });
}
