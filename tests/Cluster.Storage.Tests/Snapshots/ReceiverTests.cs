using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

public sealed class ReceiverTests
{
    [Fact]
    public void A_transfer_cannot_be_resumed_after_the_process_died_at_some_chunk()
    {
        using var source = ReplicaBench.Filled(1, 60);
        using var lease = source.Lease();
        var state = source.State();
        var chunks = ReplicaBench.Chunks(lease, 600);
        for (var until = 0; until <= chunks.Count; until++)
        {
            foreach (var powerLoss in new[] { false, true })
            {
                using var first = ReplicaBench.Empty(until);
                var sent = Send(first, chunks.Take(until));
                using var second = new ReplicaBench(first.Bench.Restart(until + 1, powerLoss));
                using (var receiver = SnapshotReceiver.OpenOrBegin(second.ReceiveOptions(1500)))
                {
                    Assert.True(receiver.Position.CompareTo(sent) <= 0);
                    if (receiver.Manifest is not null)
                        Assert.Equal(lease.Manifest.Id, receiver.Snapshot);
                    foreach (var chunk in ReplicaBench.Chunks(lease, 500, receiver.Position))
                        receiver.Accept(chunk);
                    Assert.True(receiver.IsComplete);
                }

                SnapshotInstall.Run(second.ReceiveOptions(), OldReplica.Replace);
                Assert.Equal(state, second.Open(createIfMissing: false).State());
            }
        }
    }

    [Fact]
    public void A_resumed_transfer_starts_again_although_bytes_were_synced()
    {
        using var source = ReplicaBench.Filled(1, 300);
        using var lease = source.Lease();
        var chunks = ReplicaBench.Chunks(lease, 600);
        using var first = ReplicaBench.Empty(1);
        var sent = Send(first, chunks.Take(chunks.Count / 2));
        using var second = new ReplicaBench(first.Bench.Restart(1, powerLoss: true));
        using var receiver = SnapshotReceiver.OpenOrBegin(second.ReceiveOptions());
        Assert.True(sent.File > 2 && receiver.Position.File >= sent.File - 1, $"{receiver.Position} of {sent}");
        Assert.Equal(lease.Bytes, receiver.BytesTotal);
        Assert.InRange(receiver.BytesReceived, 1500, lease.Bytes);
    }

    [Fact]
    public void Chunks_twice_or_out_of_order_or_overlapping_change_what_arrives()
    {
        using var source = ReplicaBench.Filled(2, 80);
        using var lease = source.Lease();
        var random = new Random(2);
        using var replica = ReplicaBench.Empty(2);
        using (var receiver = SnapshotReceiver.OpenOrBegin(replica.ReceiveOptions(1000)))
        {
            var outcomes = new HashSet<SnapshotAcceptance>();
            for (var i = 0; !receiver.IsComplete; i++)
            {
                // From somewhere around the position, in a size of its own.
                var chunks = ReplicaBench.Chunks(lease, 300 + random.Next(300));
                var near = chunks.FindIndex(chunk => SnapshotChunk.TryRead(chunk, out var parsed) && parsed.Position.CompareTo(receiver.Position) >= 0);
                var index = Math.Clamp((near < 0 ? chunks.Count - 1 : near) + random.Next(-3, 3), 0, chunks.Count - 1);
                SnapshotChunk.TryRead(chunks[index], out var offered);
                var before = receiver.Position;
                var outcome = receiver.Accept(chunks[index]);
                outcomes.Add(outcome);
                if (outcome == SnapshotAcceptance.Gap)
                    Assert.True(offered.Position.CompareTo(before) > 0);
                if (outcome is SnapshotAcceptance.Gap or SnapshotAcceptance.Duplicate)
                    Assert.Equal(before, receiver.Position);
            }

            Assert.Superset(new HashSet<SnapshotAcceptance> { SnapshotAcceptance.Taken, SnapshotAcceptance.Complete, SnapshotAcceptance.Duplicate, SnapshotAcceptance.Gap }, outcomes);
            Assert.Equal(SnapshotAcceptance.Duplicate, receiver.Accept(ReplicaBench.Chunks(lease, 300)[^1]));
        }

        SnapshotInstall.Run(replica.ReceiveOptions(), OldReplica.Replace);
        Assert.Equal(source.State(), replica.Open().State());
    }

    [Fact]
    public void The_beginning_of_another_snapshot_is_mixed_with_the_one_under_way()
    {
        using var source = ReplicaBench.Filled(3, 80);
        using var older = source.Lease();
        source.Append(new Random(1), 50);
        source.Commit();
        using var newer = source.Lease();
        using var replica = ReplicaBench.Empty(3);
        using (var receiver = SnapshotReceiver.OpenOrBegin(replica.ReceiveOptions(1)))
        {
            var chunks = ReplicaBench.Chunks(older, 500);
            foreach (var chunk in chunks.Take(chunks.Count / 2))
                receiver.Accept(chunk);
            var other = ReplicaBench.Chunks(newer, 500);
            Assert.Equal(SnapshotAcceptance.Other, receiver.Accept(other[3]));
            Assert.Equal(older.Manifest.Id, receiver.Snapshot);
            foreach (var chunk in other)
                receiver.Accept(chunk);
            Assert.Equal(newer.Manifest.Id, receiver.Snapshot);
            Assert.True(receiver.IsComplete);
        }

        SnapshotInstall.Run(replica.ReceiveOptions(), OldReplica.Replace);
        Assert.Equal(source.State(), replica.Open().State());
    }

    [Fact]
    public void A_transfer_begins_although_it_cannot_fit()
    {
        using var source = ReplicaBench.Filled(4, 80);
        using var lease = source.Lease();
        using var replica = ReplicaBench.Empty(4);
        replica.Bench.Files.FreeSpace = lease.Manifest.FileBytes + 99;
        using var receiver = SnapshotReceiver.OpenOrBegin(replica.ReceiveOptions() with { FreeBytesMin = 100 });
        var error = Assert.Throws<SnapshotException>(() => receiver.Accept(ReplicaBench.Chunks(lease, 1 << 20)[0]));
        Assert.Equal(SnapshotProblem.NoSpace, error.Problem);
        Assert.Contains(lease.Manifest.FileBytes.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message);
        Assert.Empty(replica.Bench.Files.ListFolders(LogBench.Root));
    }

    [Fact]
    public void A_disk_that_fills_up_in_the_middle_ends_the_transfer_for_good()
    {
        using var source = ReplicaBench.Filled(5, 200);
        using var lease = source.Lease();
        using var replica = ReplicaBench.Empty(5);
        replica.Bench.Files.FreeSpace = lease.Manifest.FileBytes + 500;
        var receiver = SnapshotReceiver.OpenOrBegin(replica.ReceiveOptions(4000));
        var chunks = ReplicaBench.Chunks(lease, 1000);
        for (var i = 0; i < chunks.Count / 2; i++)
            receiver.Accept(chunks[i]);
        replica.Bench.Files.FreeSpace = 300;
        var error = Assert.Throws<StorageFailedException>(() => chunks.ForEach(chunk => receiver.Accept(chunk)));
        Assert.Equal(StorageFailure.NoSpace, error.Failure);
        receiver.Dispose();
        replica.Bench.Files.FreeSpace = 1 << 20;
        using var again = SnapshotReceiver.OpenOrBegin(replica.ReceiveOptions());
        Assert.True(again.Position.File > 1);
        foreach (var chunk in ReplicaBench.Chunks(lease, 1000, again.Position))
            again.Accept(chunk);
        SnapshotInstall.Run(replica.ReceiveOptions(), OldReplica.Replace);
        Assert.Equal(source.State(), replica.Open().State());
    }

    [Fact]
    public void A_sync_that_failed_counts_for_the_position_to_resume_at()
    {
        using var source = ReplicaBench.Filled(6, 200);
        using var lease = source.Lease();
        var state = source.State();
        for (var failAt = 0; failAt < 40; failAt += 3)
        {
            using var replica = ReplicaBench.Empty(failAt);
            var left = failAt;
            replica.Bench.Files.Fault = operation => operation.Name == "sync" && left-- == 0 ? new StorageFailedException(StorageFailure.Io, "sync", operation.Path, 5) : null;
            Assert.Throws<StorageFailedException>(() => Send(replica, ReplicaBench.Chunks(lease, 300)));

            // The pages that the failed sync lost can still be read by a process that starts now, and are gone after the power is.
            using var second = new ReplicaBench(replica.Bench.Restart(failAt, powerLoss: false));
            using (var receiver = SnapshotReceiver.OpenOrBegin(second.ReceiveOptions(1500)))
            {
                foreach (var chunk in ReplicaBench.Chunks(lease, 300, receiver.Position))
                    receiver.Accept(chunk);
                Assert.True(receiver.IsComplete);
            }

            using var third = new ReplicaBench(second.Bench.Restart(failAt, powerLoss: true));
            SnapshotInstall.Run(third.ReceiveOptions(), OldReplica.Replace);
            Assert.Equal(state, third.Open(createIfMissing: false).State());
        }
    }

    [Fact]
    public void A_cancelled_transfer_leaves_something()
    {
        using var source = ReplicaBench.Filled(7, 80);
        using var lease = source.Lease();
        using var replica = ReplicaBench.Filled(7, 10);
        using var receiver = SnapshotReceiver.OpenOrBegin(replica.ReceiveOptions(1));
        foreach (var chunk in ReplicaBench.Chunks(lease, 500).Take(6))
            receiver.Accept(chunk);
        Assert.Equal(2, replica.Bench.Files.ListFolders(LogBench.Root).Count);
        receiver.Cancel();
        Assert.Equal([Path.GetFileName(LogBench.Folder)], replica.Bench.Files.ListFolders(LogBench.Root));
        Assert.Equal((null, 0), (receiver.Snapshot, receiver.BytesReceived));
    }

    [Fact]
    public void A_chunk_costs_memory_at_either_end()
    {
        using var source = ReplicaBench.Filled(8, 600, segmentBytes: 64 << 10);
        using var lease = source.Lease();
        var reader = new SnapshotReader(lease, 512);
        var buffer = new byte[reader.ChunkBytesMax];
        for (var i = 0; i < 10; i++)
            reader.TryRead(buffer, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = 0;
        while (reader.TryRead(buffer, out var length))
        {
            SnapshotChunk.TryRead(buffer.AsSpan(0, length), out _);
            count++;
        }

        Assert.True(count > 50);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, count * 8);
    }

    private static SnapshotPosition Send(ReplicaBench replica, IEnumerable<byte[]> chunks)
    {
        using var receiver = SnapshotReceiver.OpenOrBegin(replica.ReceiveOptions(1500));
        foreach (var chunk in chunks)
            receiver.Accept(chunk);
        return receiver.Position;
    }
}
