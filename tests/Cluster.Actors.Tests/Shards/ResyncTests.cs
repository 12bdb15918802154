using Cluster.Actors.Shards;
using Cluster.Storage;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>How a replica comes back: from the log, by a snapshot, after a failed sync, and with its data lost.</summary>
public sealed partial class ResyncTests : ShardTestKit
{
    private const int Keys = 40;

    /// <summary>The default is a tenth of the patience.</summary>
    [Fact]
    public async Task A_replica_away_for_longer_than_the_log_is_kept_comes_back_by_a_snapshot_over_a_line_that_loses_and_repeats()
    {
        using var shards = WithShortLog();
        var away = await LeaveBehind(shards);
        shards.Network.Loss = 0.02;
        shards.Network.Duplication = 0.05;
        long restored = 0;
        shards.Network.Passes = (_, to, message) =>
        {
            if (to == away.Id && message is SnapshotAnswer { Chunk: { } chunk }) Interlocked.Add(ref restored, chunk.Length);
            return true;
        };
        away.Start();
        await ServesAll(shards, away);
        Assert.True(away.Cell.FullResyncs > 0, "no snapshot was installed");
        Assert.True(restored > 0, "it came back without a snapshot");
        await Until(() => !away.Cell.IsStale);
        // What was kept for the transfer is let go once the replica goes on by itself.
        await Until(() => shards.Nodes.All(n => n.Cell.SnapshotsSent == 0));
    }

    [Fact]
    public async Task Until_a_snapshot_has_come_the_old_data_is_served_and_marked_as_stale()
    {
        using var shards = WithShortLog();
        var away = await LeaveBehind(shards);
        shards.Network.Passes = (_, to, message) => to != away.Id || message is not SnapshotAnswer;
        away.Start();
        await Until(() => away.Cell.IsStale && away.Cell.Bootstrap is not null);
        var reader = away.Client();
        reader.ReadOnly = true;
        Assert.Equal("before", await reader.GetUntilAnswered(0, "first"));
        Assert.Equal(0, away.Cell.FullResyncs);
        Assert.Contains("the log of leader", away.Cell.Bootstrap!.Cause, StringComparison.Ordinal);
        Assert.StartsWith("TRYAGAIN the replica on this node needs a new copy", await reader.WaitBookmark(0, 1, 1, TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
        shards.Network.Passes = null;
        await ServesAll(shards, away);
        await Until(() => !away.Cell.IsStale && away.Cell.Bootstrap is null);
    }

    [Fact]
    public async Task A_transfer_that_a_restart_of_the_receiver_broke_goes_on_where_it_was()
    {
        using var shards = WithShortLog();
        var away = await LeaveBehind(shards);
        int chunks = 0;
        var halfway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shards.Network.Passes = (_, to, message) =>
        {
            if (to != away.Id || message is not SnapshotAnswer { Chunk: not null }) return true;
            if (Interlocked.Increment(ref chunks) <= 3) return true;
            halfway.TrySetResult();
            return false;
        };
        away.Start();
        await halfway.Task.WaitAsync(Patience);
        // What was sent is not yet what was taken: without the manifest there is nothing to go on with.
        await Until(() => away.Cell.Bootstrap is { BytesTotal: > 0 });
        await away.Kill();
        var resumed = new TaskCompletionSource<SnapshotRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        shards.Network.Passes = (from, _, message) =>
        {
            if (from == away.Id && message is SnapshotRequest request) resumed.TrySetResult(request);
            return true;
        };
        away.Start();
        var first = await resumed.Task.WaitAsync(Patience);
        Assert.NotEqual(Guid.Empty, first.Snapshot);
        Assert.True(first.Position.File > 0, $"it begins anew, at {first.Position}");
        await ServesAll(shards, away);
    }

    [Fact]
    public async Task A_break_shorter_than_the_log_is_kept_costs_no_snapshot()
    {
        using var shards = WithShortLog();
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "before");
        var away = await FollowerOf(shards);
        await Until(() => away.Cell.State is ShardState.Replicating or ShardState.Leading);
        long before = away.Cell.PartialResyncs;
        await away.Kill();
        await shards.Nodes.First(n => n != away).Client().SetUntilAcknowledged(0, "second", "while it was away");
        away.Start();
        // One that is elected has nobody to catch up with.
        await Until(() => away.Cell.PartialResyncs > before || away.Cell.State == ShardState.Leading);
        Assert.Equal(0, away.Cell.FullResyncs);
    }

    [Fact]
    public async Task A_replica_whose_sync_failed_comes_back_by_itself()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "first", "before");
        var poisoned = await FollowerOf(shards);
        var writer = shards.Nodes.First(n => n != poisoned).Client();
        poisoned.Files.SyncsFail = true;
        await writer.SetUntilAcknowledged(0, "second", "1");
        await Until(() => poisoned.Cell.State == ShardState.Fenced);
        poisoned.Files.SyncsFail = false;
        await writer.SetUntilAcknowledged(0, "third", "2");
        var reader = poisoned.Client();
        reader.ReadOnly = true;
        await UntilHolds(async () => Assert.Equal("2", await reader.Get(0, "third")));
        await Until(() => poisoned.Cell.State is ShardState.Replicating or ShardState.Leading);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replica_whose_data_is_lost_or_damaged_comes_back_under_a_new_incarnation_and_votes_again(bool damaged)
    {
        using var shards = WithShortLog();
        var away = await LeaveBehind(shards);
        if (damaged)
        {
            string segment = Directory.GetFiles(away.ShardFolder, "wal-*.seg").Order(StringComparer.Ordinal).First();
            using var file = File.Open(segment, FileMode.Open, FileAccess.ReadWrite);
            file.Write("not the header of a segment"u8);
        }
        else
        {
            Directory.Delete(away.ShardFolder, recursive: true);
        }

        away.Start();
        await ServesAll(shards, away);
        // A voter again: without one of the other two it is needed for every commit.
        await Until(() => shards.Leader?.Cell.Replicas.Any(r => r.Node == away.Id && r.Role != ShardRole.Learner) == true);
        var leader = await LeaderOf(shards);
        var third = shards.Nodes.First(n => n != away && n != leader);
        await third.Kill();
        await leader.Client().SetUntilAcknowledged(0, "first", "with the one that came back");
        Assert.Equal(damaged ? 1 : 0, Directory.GetDirectories(Path.GetDirectoryName(away.ShardFolder)!, "*.evidence-*").Length);
    }

    private TestShards WithShortLog(Func<ShardSettings, ShardSettings>? settings = null) => new(
        Sys,
        nodes: 3,
        settings: settings,
        bufferBytes: 64 << 10,
        local: options => options with
        {
            SegmentBytes = 64 << 10,
            WalKeepBytes = 128 << 10,
            Merge = new MergeOptions { MinBytes = 0, Ratio = 0.01, BytesPerSecond = 1L << 30, FileBytes = 1 << 20 },
        });

    /// <summary>A follower was stopped, and so much was written since that the leader's log does not reach back to it.</summary>
    private async Task<TestShardNode> LeaveBehind(TestShards shards)
    {
        shards.StartAll();
        var writer = shards.Nodes[0].Client();
        await writer.SetUntilAcknowledged(0, "first", "before");
        string padding = new('x', 16 << 10);
        await Fill(writer, padding);
        var away = await FollowerOf(shards);
        var others = shards.Nodes.Where(n => n != away).ToArray();
        await Until(() => away.Cell.CommitLsn >= others.Max(n => n.Cell.CommitLsn));
        long end = away.Cell.AppendedLsn;
        await away.Kill();
        writer = others[0].Client();
        var until = DateTime.UtcNow + Patience;
        // Written again and again, so that there is garbage to merge, until both that are left have released what the third would need.
        do
        {
            Assert.True(DateTime.UtcNow < until, "the log was not released");
            await Fill(writer, padding);
        }
        while (!await AwaitConditionNoThrowAsync(() => Task.FromResult(others.All(n => n.Store.FirstLsn.Value > end + 1)), TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(10)));
        return away;
    }

    /// <summary>All keys in one batch, again until all of it is acknowledged.</summary>
    private static async Task Fill(TestClient writer, string padding)
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            var replies = await writer.Submit(0, batch =>
            {
                for (int i = 0; i < Keys; i++) batch.Add(CommandKind.Set, TestClient.Bytes($"k{i}"), TestClient.Bytes($"{i}{padding}"));
            });
            if (replies.All(reply => reply == "OK")) return;
            Assert.True(DateTime.UtcNow < until, replies[0]);
        }
    }

    private async Task ServesAll(TestShards shards, TestShardNode node)
    {
        var reader = node.Client();
        reader.ReadOnly = true;
        for (int i = 0; i < Keys; i++)
        {
            int key = i;
            await UntilHolds(async () => Assert.StartsWith($"{key}x", await reader.Get(0, $"k{key}"), StringComparison.Ordinal));
        }

        Assert.Equal("before", await reader.GetUntilAnswered(0, "first"));
        await Until(() => shards.Leader is { } leader && node.Cell.CommitLsn >= leader.Cell.CommitLsn);
    }

    private async Task<TestShardNode> FollowerOf(TestShards shards)
    {
        var leader = await LeaderOf(shards);
        return shards.Nodes.First(n => n != leader);
    }
}
