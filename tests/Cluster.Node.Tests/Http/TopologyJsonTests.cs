using System.Buffers;
using System.Text;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;
using Cluster.Node.Http;
using Xunit;

namespace Cluster.Node.Tests.Http;

public class TopologyJsonTests
{
    [Fact]
    public void The_document_keeps_the_shape_that_other_programs_read()
    {
        var one = new Guid("11111111-1111-1111-1111-111111111111");
        var two = new Guid("22222222-2222-2222-2222-222222222222");
        var topology = new TopologyView(
            7,
            [
                new NodeView(one, "node-1", "akka.tcp://cluster@127.0.0.1:4053", "127.0.0.1:7379", "127.0.0.1:8379", "eu", NodeStatus.Up),
                new NodeView(two, "node-2", "akka.tcp://cluster@127.0.0.1:4054", "127.0.0.1:7380", "127.0.0.1:8380", "", NodeStatus.Unreachable),
            ],
            [
                new ShardView(0, 3, one, 41, [new(one, ShardRole.Leader, ShardState.Leading, 41, 42), new(two, ShardRole.Follower, ShardState.CatchingUp, 7, 9)]),
                new ShardView(1, 4, null, 0, []),
            ]);
        var json = new ArrayBufferWriter<byte>();

        TopologyJson.Write(topology, json);

        Assert.Equal(
            """
            {"epoch":7,"nodes":[
            {"id":"11111111-1111-1111-1111-111111111111","name":"node-1","remote":"akka.tcp://cluster@127.0.0.1:4053","resp":"127.0.0.1:7379","http":"127.0.0.1:8379","region":"eu","status":"up"},
            {"id":"22222222-2222-2222-2222-222222222222","name":"node-2","remote":"akka.tcp://cluster@127.0.0.1:4054","resp":"127.0.0.1:7380","http":"127.0.0.1:8380","region":"","status":"unreachable"}
            ],"shards":[
            {"shard":0,"term":3,"leader":"node-1","commitLsn":41,"replicas":[
            {"node":"node-1","role":"leader","state":"leading","appliedLsn":41,"durableLsn":42},
            {"node":"node-2","role":"follower","state":"catching-up","appliedLsn":7,"durableLsn":9}]},
            {"shard":1,"term":4,"leader":null,"commitLsn":0,"replicas":[]}
            ]}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(json.WrittenSpan));
    }
}
