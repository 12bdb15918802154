using Cluster.Storage.Snapshots;
using Cluster.Storage.State;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

public sealed class MergedSnapshotTests
{
    [Fact]
    public void A_snapshot_of_a_merged_shard_is_not_the_shard_at_its_end()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            using var source = ReplicaBench.Merged(seed, 150 + (seed * 10), out var state);
            Assert.Equal(state, source.State());
            using var lease = source.Lease();
            Assert.Contains(lease.Manifest.Files, static file => file.Kind == SnapshotFileKind.ShardManifest);
            using var replica = ReplicaBench.Empty(seed).Restore(lease, contentBytes: 600);
            Assert.Equal(state, replica.State());
            replica.Close();
            Assert.Equal(state, replica.Open().State());
        }
    }

    [Fact]
    public void Merges_and_releases_after_it_change_a_snapshot()
    {
        for (var seed = 0; seed < 15; seed++)
        {
            using var source = ReplicaBench.Merged(seed, 150, out var state);
            using var lease = source.Lease();
            var names = lease.Manifest.Files.Select(static file => file.Name).ToArray();
            var before = ReplicaBench.Chunks(lease, 333);
            lease.Pin.Dispose();
            var random = new Random(seed);
            for (var i = 0; i < 8; i++)
            {
                source.Append(random, 40);
                if (i == 5)
                    source.Store.AppendFlushKeys(source.Bench.Term, 1, SessionStamp.None);
                source.Flush();
                source.Commit();
                source.Store.ReleaseBelow(source.Store.LastLsn);
                source.Idle();
            }

            Assert.True(source.Store.FirstLsn > lease.Manifest.Last);
            Assert.Empty(names.Intersect(source.Bench.Files.ListFiles(LogBench.Folder)).Except([ShardManifestFile.FileName]));
            Assert.Equal(before, ReplicaBench.Chunks(lease, 333));
            using var replica = ReplicaBench.Empty(seed).Restore(lease);
            Assert.Equal(state, replica.State());
        }
    }

    [Fact]
    public void A_merge_releases_the_log_that_the_new_replica_continues_with()
    {
        using var source = ReplicaBench.Merged(3, 150, out _);
        using var twin = ReplicaBench.Empty(4).Restore(source.Lease());
        using var lease = source.Lease();
        var random = new Random(3);
        for (var i = 0; i < 5; i++)
        {
            source.Append(random, 40);
            twin.Follow(source, source.Store.LastLsn);
            source.Commit();
            source.Store.ReleaseBelow(source.Store.LastLsn);
            source.Idle();
        }

        twin.Commit();
        Assert.True(source.Store.Manifest!.MergedThrough > lease.Manifest.Last, "merged beyond the end of the snapshot");
        using var replica = ReplicaBench.Empty(5);
        replica.Merging = true;
        replica.Restore(lease);
        replica.Follow(source, source.Store.LastLsn);
        replica.Commit();
        Assert.Equal(twin.State(), replica.State());

        // And it merges what it has received.
        replica.Store.ReleaseBelow(replica.Store.LastLsn);
        replica.Idle();
        Assert.True(replica.Store.Manifest!.MergedThrough > lease.Manifest.Last);
        Assert.Equal(twin.State(), replica.State());
    }

    [Fact]
    public void A_snapshot_ends_before_what_its_data_files_have_regarded()
    {
        var refused = 0;
        for (var seed = 0; seed < 30; seed++)
        {
            using var source = ReplicaBench.Merged(seed, 100, out _, segmentBytes: 1500);
            var random = new Random(seed);

            // The commit LSN in the middle of batches, and merges that regard records up to there.
            for (var i = 0; i < 6; i++)
            {
                source.Append(random, 12);
                source.Store.AdvanceCommit(source.Store.LastLsn - random.Next(4));
                source.Store.ReleaseBelow(source.Store.LastLsn);
                source.Idle();
                using var lease = source.Store.BeginSnapshot().Complete();
                if (lease is null)
                {
                    refused++;
                    continue;
                }

                Assert.True(lease.Manifest.Last >= source.Store.Manifest!.RegardedCommit);
                using var replica = ReplicaBench.Empty(seed).Restore(lease);
                replica.Follow(source, source.Store.LastLsn);
                replica.Store.AdvanceCommit(source.Store.CommitLsn);
                Assert.Equal(source.State(), replica.State());
            }
        }

        Assert.InRange(refused, 1, 150);
    }

    [Fact]
    public void A_transfer_of_data_files_cannot_be_resumed_after_the_process_died_at_some_chunk()
    {
        using var source = ReplicaBench.Merged(1, 100, out var state);
        using var lease = source.Lease();
        var chunks = ReplicaBench.Chunks(lease, 900);
        for (var until = 0; until <= chunks.Count; until++)
        {
            using var first = ReplicaBench.Empty(until);
            using (var receiver = SnapshotReceiver.OpenOrBegin(first.ReceiveOptions(1500)))
            {
                foreach (var chunk in chunks.Take(until))
                    receiver.Accept(chunk);
            }

            using var second = new ReplicaBench(first.Bench.Restart(until + 1, powerLoss: true));
            second.Restore(lease);
            Assert.Equal(state, second.State());
        }
    }
}
