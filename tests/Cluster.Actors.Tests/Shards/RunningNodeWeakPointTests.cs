using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>
/// What other stores have as parts that are tested one by one, and nobody calls in the running node: here the whole is run, over real files, and no operator
/// says a word.
/// </summary>
public sealed class RunningNodeWeakPointTests : ShardTestKit
{
    [Fact]
    public async Task Election_and_roll_back_wait_for_somebody_to_call_them()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "common", "1");
        var old = await LeaderOf(shards);
        shards.Network.Isolate(old.Id);
        // What only the old leader has: acknowledged under a policy that a failover may lose, and never under quorum.
        var writer = old.Client();
        writer.Policy = WritePolicy.Local;
        Assert.True(NamedWrite.TryReadId(TestClient.Bytes(NamedWrite.NewId(TimeProvider.System)), TimeProvider.System, out var session));
        bool kept = await SetNamed(writer) == "OK";
        var (lsn, term) = (old.Cell.AppendedLsn, old.Cell.Leadership.Term);
        var others = shards.Nodes.Where(n => n != old).ToArray();
        await others[0].Client().SetUntilAcknowledged(0, "common", "2");

        shards.Network.Reconnect(old.Id);
        var reader = old.Client();
        reader.ReadOnly = true;
        await UntilHolds(async () => Assert.Equal("2", await reader.Get(0, "common")));
        Assert.Equal("nil", await reader.GetUntilAnswered(0, "alone"));
        // A machine that pauses may depose it before the write: then there was nothing to save.
        if (!kept) return;
        Assert.NotEmpty(Directory.GetFiles(old.ShardFolder, "cut-*.tail"));
        Assert.StartsWith("BOOKMARKLOST ", await reader.WaitBookmark(0, lsn, term, TimeSpan.FromSeconds(10)));
        // Its session has forgotten it with the record: under its name it is applied after all.
        writer.Policy = WritePolicy.Quorum;
        await UntilHolds(async () => Assert.Equal("OK", await SetNamed(writer)));
        Assert.Equal("sent again", await others[0].Client().GetUntilAnswered(0, "alone"));

        Task<string> SetNamed(TestClient client) => client.One(0, b =>
        {
            b.Add(CommandKind.Set, "alone"u8, client.Policy == WritePolicy.Local ? "lost at the failover"u8 : "sent again"u8);
            b.NameWrite(new NamedWrite(session, 1));
        });
    }

    [Fact]
    public async Task A_replica_that_waits_for_a_silent_leader_cannot_be_stopped()
    {
        using var shards = new TestShards(Sys, nodes: 3);
        shards.StartAll();
        await shards.Nodes[0].Client().SetUntilAcknowledged(0, "a", "1");
        var leader = await LeaderOf(shards);
        var waiting = shards.Nodes.First(n => n != leader);
        // Nothing comes any more, and nothing says that nothing comes.
        shards.Network.Passes = (_, to, _) => to != waiting.Id;
        await waiting.StopActor();
        shards.Network.Passes = null;
        waiting.StartActor();
        var reader = waiting.Client();
        reader.ReadOnly = true;
        await UntilHolds(async () => Assert.Equal("1", await reader.Get(0, "a")));
    }
}
