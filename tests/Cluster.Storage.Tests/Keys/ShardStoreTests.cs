using Cluster.Storage.Keys;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

public class ShardStoreTests
{
    private static readonly byte[] Alpha = StoreHarness.Bytes("alpha");
    private static readonly byte[] Beta = StoreHarness.Bytes("beta");

    [Fact]
    public void A_key_whose_hash_collides_is_answered_with_the_other_keys_value()
    {
        using var harness = new StoreHarness(1, new WeakHasher(0, 0));
        Put(harness, Alpha, "one");
        var pending = harness.Store.Find(Alpha);
        Assert.Equal(ValueReadOutcome.Copied, harness.Store.ReadFromMemory(pending.Location, Alpha, new byte[3]));

        Put(harness, Beta, "two");
        var lookup = harness.Store.Find(Alpha);
        Assert.True(lookup.Found);
        Assert.Equal(ValueReadOutcome.AnotherKey, harness.Store.ReadFromMemory(lookup.Location, Alpha, new byte[3]));
        Assert.Equal(ValueReadOutcome.AnotherKey, harness.Store.ReadFromDisk(lookup.Location, StoreHarness.Bytes("gam"), new byte[9]));
        Assert.Equal(ValueReadOutcome.Copied, harness.Store.ReadFromMemory(lookup.Location, Beta, new byte[3]));
    }

    [Fact]
    public void A_full_overlay_is_noticed_after_the_append()
    {
        using var harness = new StoreHarness(1, pendingOperationsMax: 3);
        var store = harness.Store;
        Put(harness, Alpha, "1");
        Put(harness, Beta, "2");
        Put(harness, Alpha, "3");
        var full = AppendResult.Refused(AppendRefusal.PendingFull);
        Assert.Equal(full, store.AppendPut(harness.Term, 0, SessionStamp.None, Alpha, "4"u8));
        Assert.Equal(full, store.AppendDelete(harness.Term, 0, SessionStamp.None, Beta));
        Assert.Equal(full, store.AppendFlushKeys(harness.Term, 0, SessionStamp.None));
        Assert.Equal(new Lsn(3), store.LastLsn);
        Assert.Equal(new Lsn(4), store.AppendNoOp(harness.Term, 0));

        store.AdvanceCommit(new Lsn(1));
        Assert.Equal(AppendResult.At(new Lsn(5)), store.AppendDelete(harness.Term, 0, SessionStamp.None, Beta));
    }

    [Fact]
    public void A_key_or_value_beyond_its_limit_is_appended()
    {
        using var harness = new StoreHarness(1);
        var large = AppendResult.Refused(AppendRefusal.TooLarge);
        var key = new byte[KeyOperationFormat.KeyBytesMax + 1];
        Assert.Equal(large, harness.Store.AppendPut(harness.Term, 0, SessionStamp.None, key, default));
        Assert.Equal(large, harness.Store.AppendDelete(harness.Term, 0, SessionStamp.None, key));
        var value = new byte[KeyOperationFormat.ValueBytesMax + 1];
        Assert.Equal(large, harness.Store.AppendPut(harness.Term, 0, SessionStamp.None, Alpha, value));
        var operation = new KeyOperation(KeyOperationKind.Put, 0, 1, 0, KeyOperationFormat.ValueBytesMax);
        Assert.Equal(large, harness.Store.AppendKeys(harness.Term, 0, SessionStamp.None, value, [operation, operation]));
        Assert.Equal(Lsn.None, harness.Store.LastLsn);
    }

    [Fact]
    public void A_committed_read_sees_pending_records()
    {
        using var harness = new StoreHarness(1);
        Put(harness, Alpha, "one");
        Assert.False(harness.Store.FindCommitted(Alpha).Found);
        Assert.Equal(0, harness.Store.Count);
        Assert.Equal(1, harness.Store.CountWithPending());
        harness.Store.AdvanceCommit(new Lsn(1));
        Assert.True(harness.Store.FindCommitted(Alpha).Found);
        Assert.True(harness.Store.AppendFlushKeys(harness.Term, 0, SessionStamp.None).Appended);
        Assert.True(harness.Store.FindCommitted(Alpha).Found);
        var lookup = harness.Store.Find(Alpha);
        Assert.False(lookup.Found);
        Assert.Equal(new Lsn(2), lookup.PendingLsn);
        Assert.Equal(new Lsn(2), harness.Store.PendingWholeShardLsn);
    }

    [Fact]
    public void A_read_with_a_time_shows_a_key_past_its_time()
    {
        using var harness = new StoreHarness(1);
        Assert.True(harness.Store.AppendPut(harness.Term, 0, SessionStamp.None, Alpha, "one"u8, expiresAt: 500).Appended);
        var location = harness.Store.Find(Alpha).Location;
        Assert.True(location.HasExpiry);
        var value = new byte[3];
        Assert.Equal(ValueReadOutcome.Copied, harness.Store.ReadFromMemory(location, Alpha, value));
        Assert.Equal(ValueReadOutcome.Copied, harness.Store.ReadFromMemory(location, Alpha, value, now: 499));
        Assert.Equal(ValueReadOutcome.Expired, harness.Store.ReadFromMemory(location, Alpha, value, now: 500));
        Assert.Equal(ValueReadOutcome.Expired, harness.Store.ReadFromDisk(location, Alpha, [], now: 501));
    }

    [Fact]
    public void A_cut_keeps_the_configuration_that_it_removed()
    {
        using var harness = new StoreHarness(1);
        harness.Store.AppendConfiguration(harness.Term, 0, "first"u8);
        harness.Commit(new Lsn(1));
        harness.Store.AppendConfiguration(harness.Term, 0, "second"u8);
        Assert.Equal("second"u8, harness.Store.LastConfiguration!.Payload.Span);
        Assert.Equal("first"u8, harness.Store.CommittedConfiguration!.Payload.Span);
        harness.CutStore(new Lsn(1));
        Assert.Equal("first"u8, harness.Store.LastConfiguration!.Payload.Span);
        Assert.Equal(new Lsn(1), harness.Store.LastConfiguration!.Lsn);
    }

    [Fact]
    public void A_cut_below_the_commit_LSN_is_made()
    {
        using var harness = new StoreHarness(1);
        Put(harness, Alpha, "one");
        Put(harness, Alpha, "two");
        harness.Store.AdvanceCommit(new Lsn(2));
        Assert.Throws<InvariantViolatedException>(() => harness.Store.CutAfter(new Lsn(1), _ => { }));
        Assert.True(harness.Store.FindCommitted(Alpha).Found);
    }

    [Fact]
    public void A_reader_of_committed_records_shows_one_that_was_cut()
    {
        using var harness = new StoreHarness(1);
        Put(harness, Alpha, "one");
        Put(harness, Alpha, "lost");
        harness.Store.AdvanceCommit(new Lsn(1));
        using var reader = harness.Store.ReadCommitted(Lsn.None);
        Assert.True(reader.MoveNext());

        // The reader's slice may well hold the second record already.
        harness.CutStore(new Lsn(1));
        harness.Term = harness.Term.Next;
        harness.Store.AppendNoOp(harness.Term, 0);
        Assert.False(reader.MoveNext());
        harness.Store.AdvanceCommit(new Lsn(2));
        Assert.True(reader.MoveNext());
        Assert.Equal(RecordKind.NoOp, reader.Current.Kind);
        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void A_value_larger_than_a_segment_is_lost()
    {
        using var harness = new StoreHarness(1);
        var value = new byte[100_000];
        new Random(3).NextBytes(value);
        harness.Append(new ModelOperation("key:1", value));
        harness.Append(new ModelOperation("key:2", [1]));
        harness.Flush();
        harness.AssertEverything();
        harness.CrashAndReopen();
        harness.AssertEverything();
    }

    [Fact]
    public void A_put_or_a_lookup_allocates()
    {
        using var harness = new StoreHarness(1, segmentBytes: 64 << 20);
        var store = harness.Store;
        var names = Enumerable.Range(0, 500).Select(i => StoreHarness.Bytes($"name-{i}")).ToArray();
        var value = new byte[40];
        const int rounds = 20;
        var allocated = Allocations.During(() =>
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var name in names)
                {
                    store.AppendPut(harness.Term, round, SessionStamp.None, name, value);
                    store.ReadFromMemory(store.Find(name).Location, name, value);
                }

                store.AdvanceCommit(store.LastLsn);
            }
        });
        var perOperation = (double)allocated / (rounds * names.Length);
        // The log's objects for chunks and batches of many records remain.
        Assert.True(perOperation < 2, $"{perOperation:F1} bytes per put and get");
    }

    private static void Put(StoreHarness harness, byte[] key, string value) =>
        Assert.True(harness.Store.AppendPut(harness.Term, 0, SessionStamp.None, key, StoreHarness.Bytes(value)).Appended);
}
