using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

/// <summary>On the real disk, with real threads: an owner that appends, commits, empties and lets merge, and others that send what it leases them.</summary>
public sealed class SnapshotConcurrencyTests : ILogListener, IDisposable
{
    private const int Keys = 500;
    private static readonly Guid ClusterId = new(7, 7, 7, new byte[8]);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("snapshots-").FullName;
    private readonly WriterPool _pool = new(2);
    private readonly AutoResetEvent _progress = new(false);

    /// <summary>By LSN: the key that the record wrote, −1 for one that emptied the shard. The owner's until it has ended.</summary>
    private readonly List<int> _written = [-1];

    void ILogListener.Flushed(Lsn through) => _progress.Set();

    void ILogListener.FlushFailed(Exception cause) => _progress.Set();

    [Fact]
    public async Task A_snapshot_taken_while_everything_moves_is_not_what_was_committed_at_its_end()
    {
        var options = Options("source");
        var store = ShardStore.Open(options);
        var transfers = new List<Task<ShardStore>>();
        var random = new Random(1);
        for (var i = 0; i < 12; i++)
        {
            Append(store, random, 1500);
            if (i % 2 == 1)
            {
                var start = store.BeginSnapshot();
                var name = $"replica-{i}";
                transfers.Add(Task.Factory.StartNew(() => Restore(start, name), TaskCreationOptions.LongRunning));
            }
        }

        var replicas = await Task.WhenAll(transfers).WaitAsync(Patience);
        Assert.NotNull(store.Manifest);
        foreach (var replica in replicas)
        {
            AssertContent(replica);
            Close(replica);
        }

        Close(store);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _progress.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private void Append(ShardStore store, Random random, int records)
    {
        var value = new byte[200];
        for (var i = 0; i < records; i++)
        {
            var key = random.Next(Keys);
            AppendResult result;
            while (true)
            {
                var empties = random.Next(2000) == 0;
                BitConverter.TryWriteBytes(value, store.LastLsn.Value + 1);
                result = empties
                    ? store.AppendFlushKeys(new Term(1), 1, SessionStamp.None)
                    : store.AppendPut(new Term(1), 1, SessionStamp.None, BitConverter.GetBytes(key), value);
                if (result.Refusal == AppendRefusal.None)
                {
                    _written.Add(empties ? -1 : key);
                    break;
                }

                Advance(store);
                Assert.True(_progress.WaitOne(Patience), "the log makes room");
            }

            if (i % 20 == 0)
                Advance(store);
        }

        while (store.CommitLsn < store.LastLsn)
        {
            Advance(store);
            if (store.FlushedLsn < store.LastLsn)
                Assert.True(_progress.WaitOne(Patience), "what is appended becomes durable");
        }
    }

    private static void Advance(ShardStore store)
    {
        store.RequestFlush();
        store.AdvanceCommit(store.FlushedLsn);
        store.ReleaseBelow(store.CommitLsn);
        store.ReclaimMemory();
    }

    private ShardStore Restore(SnapshotStart start, string name)
    {
        using var lease = start.Complete()!;
        var store = Options(name);
        var options = new SnapshotReceiveOptions { Folder = store.Log.Folder, Shard = 0, ClusterId = ClusterId, Environment = store.Log.Environment };
        using (var receiver = SnapshotReceiver.OpenOrBegin(options))
        {
            var reader = new SnapshotReader(lease, 10_000);
            var buffer = new byte[reader.ChunkBytesMax];
            while (reader.TryRead(buffer, out var length))
                receiver.Accept(buffer.AsSpan(0, length));
            Assert.True(receiver.IsComplete);
        }

        SnapshotInstall.Run(options, OldReplica.Replace);
        return ShardStore.Open(store);
    }

    private void AssertContent(ShardStore replica)
    {
        var newest = new Dictionary<int, long>();
        for (var lsn = 1; lsn <= replica.LastLsn.Value; lsn++)
        {
            if (_written[lsn] < 0)
                newest.Clear();
            else
                newest[_written[lsn]] = lsn;
        }

        Assert.Equal(newest.Count, replica.Count);
        var value = new byte[200];
        foreach (var (key, lsn) in newest)
        {
            var name = BitConverter.GetBytes(key);
            var found = replica.FindCommitted(name);
            Assert.True(found.Found, $"key {key} of LSN {lsn}");
            Assert.Equal(ValueReadOutcome.Copied, replica.ReadFromDisk(found.Location, name, value));
            Assert.Equal(lsn, BitConverter.ToInt64(value));
        }
    }

    private static void Close(ShardStore store)
    {
        using var closed = new ManualResetEventSlim();
        store.Close(_ => closed.Set());
        Assert.True(closed.Wait(Patience));
        store.Dispose();
    }

    private ShardStoreOptions Options(string name)
    {
        Directory.CreateDirectory(Path.Combine(_root, name));
        return new ShardStoreOptions
        {
            Merge = new MergeOptions { Ratio = 0.2, MinBytes = 1, FileBytes = 50_000, BytesPerSecond = 1L << 30 },
            Log = new ShardLogOptions
            {
                Folder = Path.Combine(_root, name, "shard-0000"),
                Shard = 0,
                ClusterId = ClusterId,
                Environment = StorageEnvironment.ForProcess(_pool),
                Listener = this,
                SegmentBytes = 40_000,
                BufferBytes = 20_000,
            },
        };
    }
}
