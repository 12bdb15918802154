using Cluster.Storage.Keys;
using Cluster.Storage.Tests.Keys.Hints;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

/// <summary>What a store tells about keys past their time: by key, in order, after an opening of either kind. It never deletes one itself.</summary>
public sealed class StoreExpiryTests
{
    [Fact]
    public void A_pending_put_hides_when_it_expires()
    {
        using var bench = Opened();
        Put(bench, "a", 50);
        var lookup = bench.Store.Find("a"u8);
        Assert.Equal((true, 50, false, true), (lookup.Found, lookup.ExpiresAt, lookup.IsExpired(49), lookup.IsExpired(50)));
        Assert.Equal(0, bench.Store.ExpiringCount);
        Commit(bench);
        Assert.Equal(50, bench.Store.FindCommitted("a"u8).ExpiresAt);
        Assert.Equal((1, 50), (bench.Store.ExpiringCount, bench.Store.EarliestExpiry));

        Put(bench, "a", 0);
        Assert.Equal(0, bench.Store.Find("a"u8).ExpiresAt);
        Assert.Equal(50, bench.Store.FindCommitted("a"u8).ExpiresAt);
        Commit(bench);
        Assert.Equal((0, null), (bench.Store.ExpiringCount, bench.Store.EarliestExpiry));
    }

    [Fact]
    public void A_key_that_is_written_again_is_deleted_for_its_old_time()
    {
        using var bench = Opened();
        Put(bench, "gone", 10);
        Put(bench, "prolonged", 20);
        Put(bench, "later", 90);
        Put(bench, "deleted", 30);
        Commit(bench);
        Assert.Equal([10L, 20L, 30L], Expired(bench, 50));

        // What is pending decides: the owner has nothing to do for a key that is about to change.
        Put(bench, "prolonged", 70);
        bench.Store.AppendDelete(bench.Bench.Term, 1, SessionStamp.None, "deleted"u8);
        Assert.Equal([10L], Expired(bench, 50));
        bench.Store.CutAfter(bench.Store.CommitLsn, static _ => { });
        bench.Flush();
        Assert.Equal([10L, 20L, 30L], Expired(bench, 50));
        bench.Store.AppendFlushKeys(bench.Bench.Term, 1, SessionStamp.None);
        Assert.Empty(Expired(bench, 50));
        Commit(bench);
        Assert.Equal((0, 0L), (bench.Store.Count, bench.Store.ExpiringCount));
    }

    [Fact]
    public void Keys_whose_delete_is_pending_keep_the_others_from_being_found()
    {
        using var bench = Opened();
        for (var i = 0; i < 100; i++)
            Put(bench, $"key{i}", i + 1);
        Commit(bench);
        var found = new List<ExpiredKey>();
        var cursor = default(ExpiryCursor);
        Span<byte> key = stackalloc byte[16];
        var deleted = 0;
        for (var calls = 0; calls < 10; calls++)
        {
            found.Clear();
            bench.Store.NextExpired(1000, 10, ref cursor, found);
            foreach (var expired in found)
            {
                Assert.Equal(ValueReadOutcome.Expired, bench.Store.ReadKeyFromMemory(expired.Location, key, out var length, now: 1000));
                bench.Store.AppendDelete(bench.Bench.Term, 1, SessionStamp.None, key[..length]);
                deleted++;
            }
        }

        Assert.Equal(100, deleted);
        Assert.Equal(100, bench.Store.Count);
        Commit(bench);
        Assert.Equal((0, 0L), (bench.Store.Count, bench.Store.ExpiringCount));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_opening_forgets_when_keys_expire_or_deletes_those_past_their_time(bool hints)
    {
        using var bench = Opened();
        for (var i = 0; i < 300; i++)
            Put(bench, $"key{i % 100}", i % 3 == 0 ? 0 : i + 1);
        Commit(bench);
        bench.Idle();
        Assert.NotEmpty(bench.HintFiles);
        var expected = Expired(bench, long.MaxValue);
        Assert.Equal(67, expected.Count);
        bench.Close();

        using var again = bench.Restart().Open(hints);
        Assert.Equal(100, again.Store.Count);
        Assert.Equal(expected, Expired(again, long.MaxValue));
        for (var i = 200; i < 300; i++)
            Assert.Equal(i % 3 == 0 ? 0 : i + 1, again.Store.Find(System.Text.Encoding.ASCII.GetBytes($"key{i % 100}")).ExpiresAt);
    }

    private static HintBench Opened() => new HintBench(new LogBench(1) { SegmentBytes = 6000 }).Open();

    private static void Put(HintBench bench, string key, long expiresAt) =>
        Assert.True(bench.Store.AppendPut(bench.Bench.Term, 1, SessionStamp.None, System.Text.Encoding.ASCII.GetBytes(key), new byte[50], expiresAt).Appended);

    private static void Commit(HintBench bench)
    {
        bench.Flush();
        bench.Store.AdvanceCommit(bench.Store.LastLsn);
    }

    private static List<long> Expired(HintBench bench, long now)
    {
        var found = new List<ExpiredKey>();
        var cursor = default(ExpiryCursor);
        do
            bench.Store.NextExpired(now, 3, ref cursor, found);
        while (!cursor.IsAtStart);
        return found.ConvertAll(static key => key.ExpiresAt);
    }
}
