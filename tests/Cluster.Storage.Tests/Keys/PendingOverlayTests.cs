using Cluster.Storage.Keys;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

public class PendingOverlayTests
{
    private static readonly EpochDomain Epochs = new();

    [Fact]
    public void Commits_and_cuts_in_any_order_leave_another_state_than_the_records_say() =>
        Programs.Check(300, 400, program => RunAgainstModel(program, new SipKeyHasher(5, 6)));

    [Fact]
    public void Keys_of_one_bucket_hide_each_other() =>
        Programs.Check(100, 400, program => RunAgainstModel(program, new WeakHasher(0, ulong.MaxValue)));

    [Fact]
    public void A_cut_leaves_an_older_pending_value_hidden()
    {
        var overlay = new PendingOverlay(100, 1 << 20);
        using var directory = new KeyDirectory(Epochs);
        var key = KeyDirectoryTests.HashOf(1);
        overlay.AddPut(key, new Lsn(1), KeyDirectoryTests.LocationOf(1), 50);
        overlay.AddDelete(key, new Lsn(2), 40);
        overlay.AddFlushKeys(new Lsn(3), 32);
        overlay.AddPut(key, new Lsn(4), KeyDirectoryTests.LocationOf(4), 50);

        AssertFinds(overlay, key, found: true, pending: 4);
        overlay.CutAfter(new Lsn(3));
        AssertFinds(overlay, key, found: false, pending: 3);
        Assert.Equal(new Lsn(3), overlay.WholeShardLsn);
        overlay.CutAfter(new Lsn(2));
        AssertFinds(overlay, key, found: false, pending: 2);
        Assert.Equal(Lsn.None, overlay.WholeShardLsn);
        overlay.CutAfter(new Lsn(1));
        AssertFinds(overlay, key, found: true, pending: 1);
        overlay.CommitThrough(new Lsn(1), directory);
        Assert.False(overlay.TryFind(key, out _));
        Assert.True(directory.TryFind(key, out var location));
        Assert.Equal(KeyDirectoryTests.LocationOf(1), location);
        Assert.Equal(0, overlay.Bytes);
    }

    [Fact]
    public void A_cut_brings_back_an_entry_that_was_committed_meanwhile()
    {
        var overlay = new PendingOverlay(100, 1 << 20);
        using var directory = new KeyDirectory(Epochs);
        var key = KeyDirectoryTests.HashOf(1);
        overlay.AddPut(key, new Lsn(1), KeyDirectoryTests.LocationOf(1), 50);
        overlay.AddPut(key, new Lsn(2), KeyDirectoryTests.LocationOf(2), 50);
        overlay.CommitThrough(new Lsn(1), directory);
        overlay.CutAfter(new Lsn(1));
        Assert.False(overlay.TryFind(key, out _));
        Assert.Equal(Lsn.None, overlay.LastLsn);
    }

    [Fact]
    public void A_whole_shard_mark_does_not_hide_keys_that_were_never_pending()
    {
        var overlay = new PendingOverlay(100, 1 << 20);
        overlay.AddFlushKeys(new Lsn(7), 32);
        AssertFinds(overlay, KeyDirectoryTests.HashOf(99), found: false, pending: 7);
    }

    [Fact]
    public void The_overlay_grows_beyond_its_bounds_or_refuses_for_ever()
    {
        var overlay = new PendingOverlay(operationsMax: 3, bytesMax: 1000);
        using var directory = new KeyDirectory(Epochs);
        Assert.True(overlay.HasRoom(10, 5000), "a large record is taken when nothing else waits");
        overlay.AddPut(KeyDirectoryTests.HashOf(1), new Lsn(1), default, 600);
        Assert.False(overlay.HasRoom(1, 401));
        Assert.True(overlay.HasRoom(1, 401, share: 2));
        Assert.True(overlay.HasRoom(2, 400));
        Assert.False(overlay.HasRoom(3, 10));
        Assert.True(overlay.HasRoom(0, 5000), "a record that changes no keys needs no room");
        overlay.CommitThrough(new Lsn(1), directory);
        Assert.True(overlay.HasRoom(3, 1000));
    }

    [Fact]
    public void Appending_and_committing_allocates_per_record()
    {
        var overlay = new PendingOverlay(1 << 20, 1 << 30);
        using var directory = new KeyDirectory(Epochs);
        var lsn = Lsn.None;
        var allocated = Allocations.During(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                lsn = lsn.Next;
                overlay.AddPut(KeyDirectoryTests.HashOf(i % 3_000), lsn, KeyDirectoryTests.LocationOf(i), 80);
                Assert.True(overlay.TryFind(KeyDirectoryTests.HashOf(i % 3_000), out _));
                if (i % 2_000 == 1_999)
                    overlay.CommitThrough(lsn, directory);
            }
        });
        Assert.Equal(0, allocated);
    }

    private static void AssertFinds(PendingOverlay overlay, in KeyHash key, bool found, long pending)
    {
        Assert.True(overlay.TryFind(key, out var lookup));
        Assert.Equal(found, lookup.Found);
        Assert.Equal(new Lsn(pending), lookup.PendingLsn);
    }

    // One record of the model: its operations (key, location or none for a delete); no list at all is a whole-shard mark.
    private sealed record Written(Lsn Lsn, List<(int Key, ValueLocation? Location)>? Operations);

    private static void RunAgainstModel(int[] program, KeyHasher hasher)
    {
        const int keys = 40;
        var overlay = new PendingOverlay(1 << 20, 1 << 30);
        using var directory = new KeyDirectory(Epochs);
        var records = new List<Written>();
        var commit = Lsn.None;
        foreach (var step in program)
        {
            var last = new Lsn(records.Count);
            switch (step % 100)
            {
                case < 10:
                    commit += step / 100 % (last - commit + 1);
                    overlay.CommitThrough(commit, directory);
                    break;
                case < 16:
                    var keep = commit + step / 100 % (last - commit + 1);
                    overlay.CutAfter(keep);
                    records.RemoveRange((int)keep.Value, (int)(last - keep));
                    break;
                case < 19:
                    overlay.AddFlushKeys(last.Next, 32);
                    records.Add(new Written(last.Next, null));
                    break;
                default:
                    records.Add(AppendTo(overlay, hasher, last.Next, step / 100, keys));
                    break;
            }

            AssertSame(overlay, directory, hasher, records, commit, step / 100 % keys);
        }

        for (var key = 0; key < keys; key++)
            AssertSame(overlay, directory, hasher, records, commit, key);
        Assert.Equal(records.Skip((int)commit.Value).Sum(r => r.Operations?.Count ?? 1), overlay.Operations);
        Assert.Equal(32L * (records.Count - commit.Value), overlay.Bytes);
        Assert.Equal(Enumerable.Range(0, keys).Count(key => Expected(records, key, new Lsn(records.Count)).Location != null),
            overlay.CountWith(directory));
        overlay.CommitThrough(new Lsn(records.Count), directory);
        Assert.Equal(0, overlay.Operations);
        Assert.Equal(overlay.CountWith(directory), directory.Count);
    }

    private static Written AppendTo(PendingOverlay overlay, KeyHasher hasher, Lsn lsn, int seed, int keys)
    {
        var operations = new List<(int, ValueLocation?)>();
        for (var i = 0; i <= seed % 3; i++)
        {
            var key = (seed / 3 + i * 7) % keys;
            var recordBytes = i == 0 ? 32 : 0;
            if ((seed + i) % 4 == 0)
            {
                overlay.AddDelete(Hash(hasher, key), lsn, recordBytes);
                operations.Add((key, null));
            }
            else
            {
                var location = KeyDirectoryTests.LocationOf(seed + i);
                overlay.AddPut(Hash(hasher, key), lsn, location, recordBytes);
                operations.Add((key, location));
            }
        }

        return new Written(lsn, operations);
    }

    private static void AssertSame(
        PendingOverlay overlay, KeyDirectory directory, KeyHasher hasher, List<Written> records, Lsn commit, int key)
    {
        var hash = Hash(hasher, key);
        var newest = Expected(records, key, new Lsn(records.Count));
        var isPending = newest.Lsn > commit;
        Assert.Equal(isPending, overlay.TryFind(hash, out var lookup));
        if (isPending)
        {
            Assert.Equal(newest.Lsn, lookup.PendingLsn);
            Assert.Equal(newest.Location != null, lookup.Found);
            Assert.Equal(newest.Location ?? default, lookup.Location);
        }

        var committed = Expected(records, key, commit);
        Assert.Equal(committed.Location != null, directory.TryFind(hash, out var location));
        Assert.Equal(committed.Location ?? default, location);
    }

    /// <summary>What the records up to an LSN say about a key, and which of them said it.</summary>
    private static (Lsn Lsn, ValueLocation? Location) Expected(List<Written> records, int key, Lsn upTo)
    {
        for (var i = (int)upTo.Value - 1; i >= 0; i--)
        {
            if (records[i].Operations is not { } operations)
                return (records[i].Lsn, null);
            for (var j = operations.Count - 1; j >= 0; j--)
            {
                if (operations[j].Key == key)
                    return (records[i].Lsn, operations[j].Location);
            }
        }

        return (Lsn.None, null);
    }

    private static KeyHash Hash(KeyHasher hasher, int key) => hasher.Hash(BitConverter.GetBytes(key));
}
