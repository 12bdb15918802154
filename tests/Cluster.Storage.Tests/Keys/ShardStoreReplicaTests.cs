using System.Buffers.Binary;
using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

public class ShardStoreReplicaTests
{
    [Fact]
    public void A_follower_ends_up_with_another_state_than_its_leader()
    {
        using var leader = new StoreHarness(1);
        using var follower = new StoreHarness(2);
        var random = new Random(4);
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < 10; i++)
                leader.Append(new ModelOperation(StoreHarness.KeyName(random.Next(100)), i % 3 == 0 ? null : new byte[random.Next(300)]));
            if (round % 7 == 0)
                leader.FlushKeys();
            leader.AppendControl(round);
            leader.Commit(leader.Model.Last - 3);
            CopyAll(leader, follower.Store);
            follower.Store.AdvanceCommit(leader.Store.CommitLsn);
        }

        Assert.Equal(leader.Store.Digest, follower.Store.Digest);
        Assert.Equal(leader.Store.Count, follower.Store.Count);
        Assert.Equal(leader.Store.CountWithPending(), follower.Store.CountWithPending());
        Assert.Equal(leader.Store.LastPendingLsn, follower.Store.LastPendingLsn);
        Assert.Equal(leader.Store.LastConfiguration!.Lsn, follower.Store.LastConfiguration!.Lsn);
        for (var key = 0; key < StoreHarness.Keys; key++)
        {
            var name = StoreHarness.Bytes(StoreHarness.KeyName(key));
            var expected = leader.Store.Find(name);
            var actual = follower.Store.Find(name);
            Assert.Equal((expected.Found, expected.PendingLsn), (actual.Found, actual.PendingLsn));
            if (actual.Found)
                Assert.Equal(expected.ValueLength(name.Length), actual.ValueLength(name.Length));
        }
    }

    [Fact]
    public void Malformed_or_misplaced_records_are_appended()
    {
        using var leader = new StoreHarness(1);
        using var follower = new StoreHarness(2);
        leader.Append(new ModelOperation("key:1", [1, 2, 3]));
        leader.Append(new ModelOperation("key:2", [4]));
        var records = Encoded(leader.Store, Lsn.None);
        var first = BinaryPrimitives.ReadInt32LittleEndian(records);

        AssertRefused(follower.Store, records.AsSpan(first).ToArray());
        AssertRefused(follower.Store, records.AsSpan(0, records.Length - 1).ToArray());
        AssertRefused(follower.Store, With(records, RecordFormat.KindOffset, 99));
        AssertRefused(follower.Store, With(records, RecordFormat.KindOffset, (byte)RecordKind.NoOp));
        // The second record's operation: one bad record refuses both.
        AssertRefused(follower.Store, With(records, first + RecordFormat.HeaderBytes, 7));
        Assert.Throws<DigestMismatchException>(() => follower.Store.AppendEncoded(records, leader.Store.Digest + 1));
        Assert.Equal(Lsn.None, follower.Store.LastLsn);
        Assert.Equal(0, follower.Store.CountWithPending());

        Assert.Equal(AppendResult.At(new Lsn(2)), follower.Store.AppendEncoded(records, leader.Store.Digest));
        AssertRefused(follower.Store, records);
        Assert.Equal(2, follower.Store.CountWithPending());
    }

    [Fact]
    public void A_follower_cannot_hold_what_its_leader_lets_wait()
    {
        const int max = 4;
        using var leader = new StoreHarness(1, pendingOperationsMax: max * ShardStore.FollowerShare);
        using var follower = new StoreHarness(2, pendingOperationsMax: max);
        // A tail that a leader may have inherited, and its no-op behind it, without which nothing of it can be committed.
        for (var i = 0; i < max * ShardStore.FollowerShare; i++)
            leader.Append(new ModelOperation(StoreHarness.KeyName(i), [1]));
        leader.AppendControl(seed: 3);
        CopyAll(leader, follower.Store);

        leader.Commit(leader.Model.Last);
        leader.Append(new ModelOperation(StoreHarness.KeyName(0), [3]));
        var refused = follower.Store.AppendEncoded(Encoded(leader.Store, follower.Store.LastLsn), null);
        Assert.Equal(AppendResult.Refused(AppendRefusal.PendingFull), refused);
        follower.Store.AdvanceCommit(new Lsn(max));
        CopyAll(leader, follower.Store);
        Assert.Equal(leader.Store.Digest, follower.Store.Digest);
    }

    private static void AssertRefused(ShardStore store, byte[] records) =>
        Assert.Throws<InvalidRecordException>(() => store.AppendEncoded(records, null));

    private static byte[] With(byte[] records, int offset, byte value)
    {
        var changed = (byte[])records.Clone();
        changed[offset] = value;
        return changed;
    }

    private static byte[] Encoded(ShardStore store, Lsn after)
    {
        Assert.Equal(LogReadOutcome.Records, store.Log.TryRead(after, 1 << 20, out var slice));
        using (slice)
        {
            var bytes = new byte[slice!.Length];
            slice.CopyTo(bytes);
            return bytes;
        }
    }

    private static void CopyAll(StoreHarness leader, ShardStore follower)
    {
        while (follower.LastLsn < leader.Store.LastLsn)
        {
            Assert.Equal(LogReadOutcome.Records, leader.Store.Log.TryRead(follower.LastLsn, 500, out var slice));
            using (slice)
            {
                var bytes = new byte[slice!.Length];
                slice.CopyTo(bytes);
                Assert.Equal(AppendResult.At(slice.Last), follower.AppendEncoded(bytes, slice.Digest));
            }
        }
    }
}
