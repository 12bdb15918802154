using System.Buffers;
using System.Text;
using Cluster.Node.Resp;
using Xunit;

namespace Cluster.Node.Tests.Resp;

public class AllocationTests
{
    [Fact]
    public void Parsing_routing_and_answering_a_command_allocates_nothing()
    {
        var shards = new FakeShards(4);
        var services = new RespServices(Guid.NewGuid(), "node-1", "1", Routing.Forward, new FixedTopology(), new RespMetrics())
        {
            Backend = new RespBackend(shards.Router, shards.Directory),
        };
        for (int shard = 0; shard < 4; shard++) shards.Hold(shard);
        var session = new ClientSession(1, null, null);
        var router = new CommandRouter(services, session);
        var round = new ReplyRound(new AsyncSignal());
        var parser = new RespParser();
        var output = new ArrayBufferWriter<byte>(4096);
        byte[] commands = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(i => RespClient.Encode("SET", $"key{i}", "value") + RespClient.Encode("GET", $"key{i}"))));

        long allocated = 0;
        for (int run = 0; run < 60; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round.Begin(2);
            router.Begin(round);
            int at = 0;
            while (at < commands.Length)
            {
                if (parser.Parse(commands.AsSpan(at)) != ParseStatus.Command) Assert.Fail("not a command");
                router.Execute(new CommandArguments(commands.AsSpan(at), parser.Arguments));
                at += parser.Consumed;
                parser.Next();
            }

            router.End();
            for (int i = 0; i < round.Batches; i++)
            {
                var batch = round.Batch(i);
                for (int command = 0; command < batch.Count; command++) batch.SetOk(command);
            }

            round.Write(output);
            output.ResetWrittenCount();
            if (run >= 30) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.InRange(allocated, 0, 1024); // over 3,000 commands
    }
}
