using System.Collections.Concurrent;
using Cluster.Actors.Shards;
using Cluster.Storage.Snapshots;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

// What copies cost the writers of a shard, and which copy a replica is given.
public sealed partial class ResyncTests
{
    [Fact]
    public async Task Writers_are_slowed_while_a_copy_does_not_outrun_the_log_and_free_once_it_has_come()
    {
        using var shards = WithShortLog(settings => settings with { SlowedWritersBytesPerSecond = 16 });
        var away = await LeaveBehind(shards);
        long passed = 0;
        // The manifest and a little comes, nothing behind it: the receiver asks again and again.
        shards.Network.Passes = (_, to, message) =>
            to != away.Id || message is not SnapshotAnswer { Chunk: not null } || Interlocked.Increment(ref passed) <= 2;
        away.Start();
        await Until(() => away.Cell.Bootstrap is { BytesTotal: > 0 });
        var writer = shards.Nodes.First(n => n != away).Client();
        await AwaitAssertAsync(
            async () =>
            {
                // More than they may, and too little to use up the log that is kept for the copy: without that nobody is slowed.
                await writer.Set(0, "more", "0");
                Assert.Contains(shards.Nodes, n => n.Cell.Resyncs.WritersLimit < double.PositiveInfinity);
            },
            Patience, TimeSpan.FromMilliseconds(20));
        // Slowed, not stopped.
        await writer.SetUntilAcknowledged(0, "more", "1");
        shards.Network.Passes = null;
        await Until(() => away.Cell.FullResyncs > 0 && shards.Nodes.All(n => double.IsPositiveInfinity(n.Cell.Resyncs.WritersLimit)));
        Assert.Contains(shards.Nodes, n => n.Cell.Resyncs.WritersSlowedMicros > 0);
        await writer.SetUntilAcknowledged(0, "first", "before");
        await ServesAll(shards, away);
    }

    [Fact]
    public async Task A_replica_that_was_cut_off_until_it_knew_no_leader_finds_it_without_an_election_time_out_and_counts_as_partial()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "before");
        var away = await FollowerOf(shards);
        await Until(() => away.Cell.State is ShardState.Replicating);
        long before = away.Cell.PartialResyncs;
        shards.Network.Isolate(away.Id);
        await Until(() => away.Cell.Leadership.Leader is null);
        await shards.Nodes.First(n => n != away).Client().SetUntilAcknowledged(0, "first", "while it was away");
        var leader = await LeaderOf(shards);
        int notices = 0;
        // What the leader says when its end of the link opens comes too early; and no time-out of the replica helps it.
        shards.Network.Passes = (from, to, message) =>
            message is LeaderNoticeMessage && to == away.Id ? Interlocked.Increment(ref notices) > 1 : message is not VoteRequestMessage || from != away.Id;
        shards.Network.Reconnect(away.Id);
        Sys.EventStream.Publish(new Cluster.Actors.Peers.PeerUp(leader.Id, ProcessId: 1));
        await Until(() => away.Cell.PartialResyncs > before || away.Cell.State == ShardState.Leading);
        Assert.Equal(0, away.Cell.FullResyncs);
    }

    [Fact]
    public async Task A_replica_for_which_a_copy_was_of_no_use_is_given_a_newer_one()
    {
        using var shards = WithShortLog();
        var away = await LeaveBehind(shards);
        shards.Network.Reconnect(away.Id);
        var began = new ConcurrentDictionary<long, Guid>();
        shards.Network.Passes = (_, to, message) =>
        {
            if (to == away.Id && message is SnapshotAnswer { Chunk: { } chunk } answer)
            {
                var bytes = new byte[chunk.Length];
                chunk.CopyTo(bytes);
                if (SnapshotChunk.TryRead(bytes, out var read) && read.Position == SnapshotPosition.Start) began[answer.Stream] = read.Snapshot;
            }

            return true;
        };
        long stream = 0;
        var first = await SnapshotFor(known: 0);
        // The snapshot ends at or below this.
        long known = shards.Nodes.Where(n => n != away).Max(n => n.Cell.CommitLsn);
        await shards.Nodes.First(n => n != away).Client().SetUntilAcknowledged(0, "second", "behind the first copy");
        Assert.NotEqual(first, await SnapshotFor(known));

        // Whoever leads, which may be another node each time.
        async Task<Guid> SnapshotFor(long known)
        {
            long from = stream + 1;
            await UntilHolds(() =>
            {
                if (shards.Leader is { } leader)
                    shards.Network.PeersOf(away.Id).Send(leader.Id, 0, new SnapshotRequest(++stream, Guid.Empty, SnapshotPosition.Start, 0, known));
                Assert.Contains(began.Keys, number => number >= from);
            });
            return began[began.Keys.Where(number => number >= from).Min()];
        }
    }

    [Fact]
    public async Task A_replica_that_may_have_lost_records_takes_a_new_incarnation_once_and_not_at_every_start()
    {
        var boots = new ConcurrentDictionary<string, Guid>();
        var shared = Guid.NewGuid();
        using var shards = new TestShards(
            Sys,
            nodes: 3,
            local: options => options with
            {
                Fsync = Cluster.Storage.Log.FsyncMode.Os,
                Environment = options.Environment with { BootId = boots.GetValueOrDefault(options.Folder, shared) },
            });
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "before");
        var away = await FollowerOf(shards);
        await away.Kill();
        boots[away.ShardFolder] = Guid.NewGuid();
        long incarnation = await RestartAsVoter(1);
        Assert.Equal(incarnation, await RestartAsVoter(incarnation));

        async Task<long> RestartAsVoter(long atLeast)
        {
            if (away.Actor is not null) await away.Kill();
            away.Start();
            long found = 0;
            await Until(() => away.Cell.State is ShardState.Replicating or ShardState.Leading
                && shards.Leader?.Cell.Report.Replicas.FirstOrDefault(r => r.Node == away.Id) is { Role: not ShardRole.Learner } report
                && (found = report.Incarnation) >= atLeast && (atLeast > 1 || found > 1));
            return found;
        }
    }
}
