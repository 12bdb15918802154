using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Storage.Tests.Keys.Hints;

/// <summary>An opening with a thread that reads ahead, on a real disk.</summary>
public sealed class ParallelOpeningTests : ILogListener, IDisposable
{
    private const int Keys = 3000;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"cluster-hints-{Guid.NewGuid():N}");
    private readonly WriterPool _pool = new(1);

    public void Dispose()
    {
        _pool.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Reading_hints_ahead_leads_to_another_state_than_reading_the_log()
    {
        using (var store = Open(parallel: true))
        {
            for (var i = 0; i < 2 * Keys; i++)
            {
                while (!store.AppendPut(new Term(1), 1, SessionStamp.None, BitConverter.GetBytes(i % Keys), new byte[i % 90], i % 3 == 0 ? i + 1 : 0).Appended)
                    Commit(store);
                if (i % 7 == 0)
                    store.AppendDelete(new Term(1), 1, SessionStamp.None, BitConverter.GetBytes(i / 2));
            }

            Commit(store);
            Assert.True(SpinWait.SpinUntil(() => Hints().Length >= 4, TimeSpan.FromSeconds(60)), "hints are written");
            Close(store);
        }

        // One is missing, one is damaged, one belongs to no segment: the thread is ahead of all of that.
        var hints = Hints();
        File.Delete(hints[1]);
        var bytes = File.ReadAllBytes(hints[2]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(hints[2], bytes);
        File.Copy(hints[0], Path.Combine(_folder, "0000000000000007-0000000000000009.hint"));

        var expected = Describe(parallel: false, hints: false);
        Assert.Equal(expected, Describe(parallel: true, hints: false));
        Assert.Equal(expected, Describe(parallel: true, hints: true));
        Assert.Equal(expected, Describe(parallel: false, hints: true));
    }

    [Fact]
    public void An_opening_that_fails_leaves_the_thread_that_reads_ahead_behind()
    {
        using (var store = Open(parallel: true))
        {
            for (var i = 0; i < Keys; i++)
            {
                while (!store.AppendPut(new Term(1), 1, SessionStamp.None, BitConverter.GetBytes(i), new byte[90]).Appended)
                    Commit(store);
            }

            Commit(store);
            Assert.True(SpinWait.SpinUntil(() => Hints().Length >= 4, TimeSpan.FromSeconds(60)), "hints are written");
            Close(store);
        }

        var segments = Directory.GetFiles(_folder, "*.seg").Order().ToArray();
        File.Delete(segments[1]);
        Assert.Throws<WalCorruptException>(() => Open(parallel: true));
    }

    [Fact]
    public void A_get_allocates()
    {
        using var store = Open(parallel: false);
        for (var i = 0; i < Keys; i++)
        {
            while (!store.AppendPut(new Term(1), 1, SessionStamp.None, BitConverter.GetBytes(i), new byte[100]).Appended)
                Commit(store);
        }

        Commit(store);
        var key = new byte[4];
        var value = new byte[100];
        var copied = 0;
        var allocated = Allocations.During(() =>
        {
            for (var i = 0; i < Keys; i++)
            {
                BitConverter.TryWriteBytes(key, i);
                if (store.ReadFromDisk(store.FindCommitted(key).Location, key, value) == ValueReadOutcome.Copied)
                    copied++;
            }
        });
        Assert.Equal(0, allocated);
        Assert.Equal(0, copied % Keys);
        Close(store);
    }

    void ILogListener.Flushed(Lsn through)
    {
    }

    void ILogListener.FlushFailed(Exception cause)
    {
    }

    private string[] Hints() => [.. Directory.GetFiles(_folder, "*.hint").Order()];

    private static void Commit(ShardStore store)
    {
        store.RequestFlush();
        Assert.True(SpinWait.SpinUntil(() => store.FlushedLsn == store.LastLsn, TimeSpan.FromSeconds(60)), "flushed");
        store.AdvanceCommit(store.LastLsn);
    }

    private static void Close(ShardStore store)
    {
        using var closed = new ManualResetEventSlim();
        store.Close(_ => closed.Set());
        Assert.True(closed.Wait(TimeSpan.FromSeconds(60)));
    }

    private string Describe(bool parallel, bool hints)
    {
        using var store = Open(parallel, hints);
        var text = new System.Text.StringBuilder($"{store.Count} {store.ExpiringCount} {store.EarliestExpiry} {store.LastLsn} {store.CommitLsn} {store.Digest} ");
        for (var key = 0; key < Keys; key++)
            text.Append($"{store.FindCommitted(BitConverter.GetBytes(key))} ");
        Close(store);
        return text.ToString();
    }

    private ShardStore Open(bool parallel, bool hints = true) => ShardStore.Open(new ShardStoreOptions
    {
        Hints = hints,
        Epochs = new EpochDomain(),
        PendingOperationsMax = 1000,
        Log = new ShardLogOptions
        {
            Folder = _folder,
            Shard = 0,
            ClusterId = Guid.Empty,
            Environment = StorageEnvironment.ForProcess(_pool) with { Parallel = parallel },
            Listener = this,
            SegmentBytes = 64 << 10,
        },
    });
}
