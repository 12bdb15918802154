using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;
using Cluster.Node.Http;
using Xunit;

namespace Cluster.Node.Tests.Http;

public class TopologyGathererTests
{
    private static readonly Guid One = new("11111111-1111-1111-1111-111111111111");
    private static readonly Guid Two = new("22222222-2222-2222-2222-222222222222");
    private static readonly Guid Three = new("33333333-3333-3333-3333-333333333333");

    [Fact]
    public void Every_replica_speaks_for_itself_and_the_newest_term_wins()
    {
        var own = View(new ShardView(0, 1, Three, 5, [Replica(One, ShardState.Replicating, 5), Replica(Two, ShardState.Replicating, 0), Replica(Three, ShardState.Leading, 0)]));
        var two = View(new ShardView(0, 2, Two, 9, [Replica(One, ShardState.Replicating, 4), Replica(Two, ShardState.Leading, 9), Replica(Three, ShardState.Replicating, 3)]));

        var shard = TopologyGatherer.Merge(own, new Dictionary<Guid, TopologyView> { [One] = own, [Two] = two }).Shards[0];

        Assert.Equal((2, Two, 9), (shard.Term, shard.Leader, shard.CommitLsn));
        Assert.Equal([Replica(One, ShardState.Replicating, 5), Replica(Two, ShardState.Leading, 9), Replica(Three, ShardState.Recovering, 3)], shard.Replicas.AsEnumerable());
    }

    [Fact]
    public void A_document_that_was_written_is_read_back()
    {
        var view = View(new ShardView(0, 7, null, 5, [Replica(One, ShardState.CatchingUp, 5), Replica(Two, ShardState.Fenced, 0)]));
        var bytes = new ArrayBufferWriter<byte>();
        TopologyJson.Write(view, bytes);
        using var json = JsonDocument.Parse(bytes.WrittenMemory);
        var again = new ArrayBufferWriter<byte>();
        TopologyJson.Write(TopologyJson.Read(json.RootElement), again);
        Assert.Equal(bytes.WrittenSpan.ToArray(), again.WrittenSpan.ToArray());
    }

    private static TopologyView View(params ImmutableArray<ShardView> shards) => new(3, [Node(One, "a"), Node(Two, "b"), Node(Three, "c")], shards);

    private static NodeView Node(Guid id, string name) => new(id, name, "akka.tcp://cluster@h:1", "h:2", "h:3", "", NodeStatus.Up);

    private static ReplicaStatus Replica(Guid node, ShardState state, long lsn) =>
        new(node, state == ShardState.Leading ? ShardRole.Leader : ShardRole.Follower, state, lsn, lsn);
}
