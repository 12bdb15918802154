using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

public sealed class LogPinTests
{
    [Fact]
    public void A_release_takes_records_behind_a_pin()
    {
        var bench = new LogBench { SegmentBytes = 1000 }.Open().AppendFlushed(200);
        using var pin = bench.Log.Pin(new Lsn(90), long.MaxValue)!;
        Release(bench);
        Assert.InRange(bench.Log.FirstLsn.Value, 60, 91);
        Assert.True(pin.BytesHeld > 0);
        Assert.Equal(LogReadOutcome.Records, bench.Log.ReadFromDisk(pin.After, 100, out var slice));
        slice!.Dispose();

        pin.Advance(new Lsn(120));
        pin.Advance(new Lsn(10));
        Assert.Equal(new Lsn(120), pin.After);
        Release(bench);
        Assert.InRange(bench.Log.FirstLsn.Value, 92, 121);

        pin.Dispose();
        Assert.False(pin.IsRevoked);
        Release(bench);
        Assert.True(bench.Log.FirstLsn.Value > 150);
    }

    [Fact]
    public void A_pin_is_given_on_records_that_are_gone()
    {
        var bench = new LogBench { SegmentBytes = 1000 }.Open().AppendFlushed(200);
        Release(bench);
        Assert.Null(bench.Log.Pin(new Lsn(5), long.MaxValue));
        using var pin = bench.Log.Pin(bench.Log.FirstLsn - 1, long.MaxValue);
        Assert.NotNull(pin);

        // Nor after a restart.
        Assert.Null(bench.Close());
        var again = bench.Restart(1, powerLoss: false).Open();
        Assert.Null(again.Log.Pin(new Lsn(5), long.MaxValue));
        Assert.NotNull(again.Log.Pin(again.Log.FirstLsn - 1, long.MaxValue));
    }

    [Fact]
    public void A_pin_holds_more_than_its_limit()
    {
        var bench = new LogBench { SegmentBytes = 1000 }.Open().AppendFlushed(50);
        using var small = bench.Log.Pin(new Lsn(1), 3000)!;
        using var large = bench.Log.Pin(new Lsn(30), 1 << 20)!;
        Release(bench);
        Assert.False(small.IsRevoked);
        Assert.Equal(Lsn.First, bench.Log.FirstLsn);
        bench.AppendFlushed(100);
        Release(bench);
        Assert.True(small.IsRevoked);
        Assert.InRange(small.BytesHeld, 3001, 30_000);
        Assert.False(large.IsRevoked);
        Assert.Equal([new Lsn(1)], bench.Events.PinsRevoked);
        Assert.InRange(bench.Log.FirstLsn.Value, 2, 31);
        large.Revoke();
        Release(bench);
        Assert.True(bench.Log.FirstLsn.Value > 100);
    }

    [Fact]
    public void A_snapshot_does_not_keep_the_log_behind_its_end()
    {
        using var source = ReplicaBench.Filled(1, 100);
        var lease = source.Lease();
        source.Append(new Random(2), 200);
        source.Commit();
        var state = source.State();
        Assert.Null(source.Bench.Wait(done => source.Store.Log.ReleaseBelow(source.Store.CommitLsn, done)));
        Assert.True(source.Store.FirstLsn <= lease.Manifest.Last.Next);
        using var replica = ReplicaBench.Empty(1).Restore(lease);
        replica.Follow(source, source.Store.LastLsn);
        replica.Commit();
        Assert.Equal(state, replica.State());

        lease.Dispose();
        Assert.Null(source.Bench.Wait(done => source.Store.Log.ReleaseBelow(source.Store.CommitLsn, done)));
        Assert.True(source.Store.FirstLsn > lease.Manifest.Last);
    }

    [Fact]
    public void A_snapshot_whose_pin_was_revoked_cannot_be_sent()
    {
        using var source = ReplicaBench.Filled(1, 100);
        using var twin = source.TwinAt(source.Store.CommitLsn);
        using var lease = source.Lease(new SnapshotOptions { PinBytesMax = 1000 });
        source.Append(new Random(2), 200);
        source.Commit();
        Assert.Null(source.Bench.Wait(done => source.Store.Log.ReleaseBelow(source.Store.CommitLsn, done)));
        Assert.True(lease.Pin.IsRevoked);
        using var replica = ReplicaBench.Empty(1).Restore(lease);
        Assert.Equal(twin.State(), replica.State());
    }

    private static void Release(LogBench bench)
    {
        bench.Log.SetCommitLsn(bench.Log.LastLsn);
        Assert.Null(bench.Wait(done => bench.Log.ReleaseBelow(bench.Log.LastLsn, done)));
    }
}
