using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

public sealed class SnapshotTests
{
    [Fact]
    public void A_snapshot_is_not_the_shard_at_its_end()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            using var source = ReplicaBench.Filled(seed, 20 + (seed * 9));
            using var lease = source.Lease();
            Assert.Equal(source.Store.CommitLsn, lease.Manifest.Last);
            using var replica = ReplicaBench.Empty(seed).Restore(lease, contentBytes: 1 + (seed * 97));
            Assert.Equal(source.State(), replica.State());
            Assert.Equal(FsyncMode.Always, replica.Bench.Fsync);
            Assert.False(replica.Store.Recovery.MayHaveLostAcknowledged);
        }
    }

    [Fact]
    public void The_replica_cannot_go_on_from_the_end_of_its_snapshot()
    {
        using var source = ReplicaBench.Filled(1, 150);
        using var lease = source.Lease();
        using var replica = ReplicaBench.Empty(1).Restore(lease);
        source.Append(new Random(5), 100);
        source.Commit();
        replica.Follow(source, source.Store.LastLsn);
        replica.Commit();
        Assert.Equal(source.State(), replica.State());

        // Also as a leader of its own, and after a restart.
        replica.Append(new Random(6), 50);
        replica.Commit();
        var state = replica.State();
        replica.Close();
        Assert.Equal(state, replica.Open().State());
    }

    [Fact]
    public void A_snapshot_holds_records_that_are_not_committed_or_not_durable_or_a_part_of_a_batch()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            using var source = ReplicaBench.Filled(seed, 60);
            var random = new Random(seed);
            source.Append(random, 30);
            source.Store.AdvanceCommit(source.Store.CommitLsn + random.Next(31));
            using var lease = source.Lease();
            Assert.InRange(lease.Manifest.Last.Value, 1, source.Store.CommitLsn.Value);
            using var twin = source.TwinAt(lease.Manifest.Last);
            using var replica = ReplicaBench.Empty(seed).Restore(lease);
            Assert.Equal(twin.State(), replica.State());
        }
    }

    [Fact]
    public void What_happens_at_the_source_meanwhile_changes_a_snapshot()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var source = ReplicaBench.Filled(seed, 120);
            using var twin = source.TwinAt(source.Store.CommitLsn);
            using var lease = source.Lease();
            var before = ReplicaBench.Chunks(lease, 333);
            var random = new Random(seed);
            source.Append(random, 40);
            Assert.Null(source.Bench.Wait(done => source.Store.CutAfter(source.Store.CommitLsn + 7, done)));
            source.Bench.ForgetFlushed(source.Store.FlushedLsn);
            source.Bench.Term = source.Bench.Term.Next;
            source.Append(random, 100);
            source.Store.AppendFlushKeys(source.Bench.Term, 1, SessionStamp.None);
            source.Flush();
            source.Commit();
            lease.Pin.Dispose();
            Assert.Null(source.Bench.Wait(done => source.Store.Log.ReleaseBelow(source.Store.CommitLsn, done)));
            Assert.True(source.Store.FirstLsn > lease.Manifest.Last, "the files of the snapshot are released");
            source.Close();
            Assert.Equal(before, ReplicaBench.Chunks(lease, 333));
            using var replica = ReplicaBench.Empty(seed).Restore(lease);
            Assert.Equal(twin.State(), replica.State());
        }
    }

    [Fact]
    public void The_stream_from_a_position_is_another_than_the_one_from_the_start()
    {
        using var source = ReplicaBench.Filled(3, 100);
        using var lease = source.Lease();
        var whole = Content(ReplicaBench.Chunks(lease, 1 << 20));
        var positions = ReplicaBench.Chunks(lease, 500).ConvertAll(static chunk => SnapshotChunk.TryRead(chunk, out var parsed) ? parsed.Position : default);
        var offset = 0L;
        for (var i = 0; i < positions.Count; i++)
        {
            var rest = Content(ReplicaBench.Chunks(lease, 77 + i, positions[i]));
            Assert.True(whole.AsSpan((int)offset).SequenceEqual(rest), $"from {positions[i]}");
            offset = i + 1 < positions.Count && positions[i + 1].File == positions[i].File ? offset + 500 : offset + Rest(lease, positions[i]);
        }

        var reader = new SnapshotReader(lease);
        Assert.False(reader.TrySeek(new SnapshotPosition(99, 0)));
        Assert.False(reader.TrySeek(new SnapshotPosition(1, 1 << 30)));
        Assert.Equal(SnapshotPosition.Start, reader.Position);
    }

    [Fact]
    public void A_snapshot_of_a_shard_without_a_whole_committed_batch_is_made()
    {
        using var source = ReplicaBench.Empty(1).Open();
        Assert.Null(source.Store.BeginSnapshot().Complete());
        source.Store.AppendNoOp(source.Bench.Term, 1);
        source.Store.AppendNoOp(source.Bench.Term, 1);
        source.Flush();
        Assert.Null(source.Store.BeginSnapshot().Complete());
        source.Store.AdvanceCommit(Lsn.First);
        Assert.Null(source.Store.BeginSnapshot().Complete());
        source.Commit();
        source.Store.BeginSnapshot().Dispose();
        using var lease = source.Lease();
        Assert.Equal(new Lsn(2), lease.Manifest.Last);
    }

    [Fact]
    public void The_configuration_of_a_snapshot_is_one_behind_its_end()
    {
        using var source = ReplicaBench.Filled(4, 10, segmentBytes: 1 << 20);
        for (var i = 0; i < 30; i++)
        {
            // The newest one is committed, but in the middle of a batch.
            source.Store.AppendConfiguration(source.Bench.Term, 5, [(byte)i]);
            source.Flush();
            source.Commit();
            source.Store.AppendConfiguration(source.Bench.Term, 5, [(byte)(100 + i)]);
            source.Store.AppendNoOp(source.Bench.Term, 5);
            source.Flush();
            source.Store.AdvanceCommit(source.Store.LastLsn - 1);
            using var lease = source.Lease();
            Assert.Equal([(byte)i], lease.Manifest.Configuration!.Payload.ToArray());
            using var replica = ReplicaBench.Empty(1).Restore(lease);
            Assert.Equal([(byte)i], replica.Store.CommittedConfiguration!.Payload.ToArray());
        }
    }

    [Fact]
    public void A_snapshot_replaces_a_log_that_holds_it_or_has_committed_more()
    {
        using var source = ReplicaBench.Filled(1, 100);
        using var lease = source.Lease();
        using var follower = ReplicaBench.Empty(2).Open();
        Assert.Equal(SnapshotUse.Install, SnapshotInstall.Judge(follower.Store, lease.Manifest));
        follower.Follow(source, lease.Manifest.Last);
        Assert.Equal(SnapshotUse.InLog, SnapshotInstall.Judge(follower.Store, lease.Manifest));
        follower.Commit();
        Assert.Equal(SnapshotUse.NotNewer, SnapshotInstall.Judge(follower.Store, lease.Manifest));
        follower.Close();
        var state = follower.Open().State();
        follower.Close();

        using var receiver = SnapshotReceiver.OpenOrBegin(follower.ReceiveOptions());
        foreach (var chunk in ReplicaBench.Chunks(lease, 4000))
            receiver.Accept(chunk);
        Assert.Equal(SnapshotProblem.NotNewer, Assert.Throws<SnapshotException>(() => SnapshotInstall.Run(follower.ReceiveOptions(), OldReplica.Replace)).Problem);
        Assert.Equal(state, follower.Open().State());
        follower.Close();

        // What the caller knows counts as well, and is known before anything travels.
        using var empty = ReplicaBench.Empty(3);
        var informed = empty.ReceiveOptions() with { OwnCommit = lease.Manifest.Last };
        using var refusing = SnapshotReceiver.OpenOrBegin(informed);
        Assert.Equal(SnapshotProblem.NotNewer, Assert.Throws<SnapshotException>(() => refusing.Accept(ReplicaBench.Chunks(lease, 4000)[0])).Problem);
    }

    [Fact]
    public void A_folder_kept_as_evidence_is_deleted_or_a_replaced_one_is_kept()
    {
        using var source = ReplicaBench.Filled(1, 100);
        using var lease = source.Lease();
        using var diverged = ReplicaBench.Filled(7, 130);
        diverged.Close();
        var old = diverged.Bench.Files.ReadAll(diverged.Bench.PathOf(diverged.Bench.SegmentFiles[0]));
        diverged.Restore(lease, old: OldReplica.KeepAsEvidence);
        Assert.Equal(source.State(), diverged.State());
        var evidence = Assert.Single(diverged.Bench.Files.ListFolders(LogBench.Root), static name => name.Contains(".evidence-"));
        var kept = diverged.Bench.Files.ListFiles(Path.Combine(LogBench.Root, evidence)).Order().First(static name => name.StartsWith("wal-", StringComparison.Ordinal));
        Assert.Equal(old, diverged.Bench.Files.ReadAll(Path.Combine(LogBench.Root, evidence, kept)));

        source.Append(new Random(8), 50);
        source.Commit();
        using var newer = source.Lease();
        diverged.Close();
        diverged.Restore(newer);
        Assert.Equal([evidence, Path.GetFileName(LogBench.Folder)], diverged.Bench.Files.ListFolders(LogBench.Root).Order(StringComparer.Ordinal).OrderDescending());
    }

    [Fact]
    public void A_replica_that_may_lack_what_it_acknowledged_is_trusted_after_a_snapshot()
    {
        using var source = ReplicaBench.Filled(1, 100);
        using var lease = source.Lease();
        foreach (var old in new[] { OldReplica.Replace, OldReplica.KeepAsEvidence })
        {
            using var weak = ReplicaBench.Empty(2);
            weak.Bench.Fsync = FsyncMode.Os;
            weak.Open();
            weak.Follow(source, new Lsn(50));

            // Not closed, and the machine has rebooted.
            weak.Bench.BootId = Guid.NewGuid();
            weak.Restore(lease, old: old);
            Assert.Equal(old == OldReplica.Replace, weak.Store.Recovery.MayHaveLostAcknowledged);
        }
    }

    private static long Rest(SnapshotLease lease, SnapshotPosition position) => lease.LengthOf(position.File) - position.Offset;

    private static byte[] Content(List<byte[]> chunks)
    {
        var bytes = new List<byte>();
        foreach (var chunk in chunks)
            bytes.AddRange(chunk.AsSpan(SnapshotChunk.HeaderBytes));
        return [.. bytes];
    }
}
