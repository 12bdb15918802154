using System.Collections.Immutable;
using System.Text;
using Cluster.Actors.Topology;
using Cluster.Node.Resp;
using Xunit;

namespace Cluster.Node.Tests.Resp;

public class CommandTests
{
    public static TheoryData<string, string> Replies => new()
    {
        { "PING", "+PONG" },
        { "ping hello", "$5|hello" },
        { "ECHO x", "$1|x" },
        { "SELECT 0", "+OK" },
        { "SELECT 1", "-ERR SELECT is not allowed in cluster mode" },
        { "SET k v", "+OK" },
        { "SET k v NX", "+OK" },
        { "SET k v XX", "$-1" },
        { "SET k v NX XX", "-ERR syntax error" },
        { "SET k v EX 10 KEEPTTL", "-ERR syntax error" },
        { "GET nothing", "$-1" },
        { "GET", "-ERR wrong number of arguments for 'get' command" },
        { "DEL a b c", ":0" },
        { "EXISTS a a", ":0" },
        { "MGET a b", "*2|$-1|$-1" },
        { "MSET a 1 b", "-ERR wrong number of arguments for 'mset' command" },
        { "MSET a 1 b 2 c 3", "-CROSSSLOT Keys in request don't belong to the same shard" },
        { "MSET {t}a 1 {t}b 2", "+OK" },
        { "DBSIZE", ":0" },
        { "FLUSHALL", "+OK" },
        { "FLUSHALL async", "+OK" },
        { "FLUSHALL now", "-ERR syntax error" },
        { "READONLY", "+OK" },
        { "READWRITE", "+OK" },
        { "CLIENT ID", ":1" },
        { "CLIENT SETNAME me", "+OK" },
        { "CLIENT GETNAME", "$0|" },
        { "CLIENT SETINFO lib-name x", "+OK" },
        { "CLIENT FROB", "-ERR unknown subcommand or wrong number of arguments for 'FROB' of CLIENT" },
        { "CONFIG GET save", "*2|$4|save|$0|" },
        { "CONFIG GET max*", "*4|$9|maxmemory|$1|0|$16|maxmemory-policy|$10|noeviction" },
        { "CONFIG SET save x", "-ERR CONFIG SET is not supported: settings are in the node's configuration files" },
        { "COMMAND COUNT", ":51" },
        { "COMMAND DOCS dbsize nosuch", "*2|$6|dbsize|*6|$7|summary|$32|Counts the keys, shard by shard.|$5|since|$5|1.0.0|$5|group|$6|server" },
        { "COMMAND INFO get", "*1|*6|$3|get|:2|*2|+readonly|+fast|:1|:1|:1" },
        { "CLUSTER KEYSLOT foo", ":12182" },
        { "HELLO 4", "-NOPROTO unsupported protocol version" },
        { "FROB x", "-ERR unknown command 'FROB', with args beginning with: 'x' " },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task A_command_gets_the_reply_that_a_Redis_client_expects(string command, string reply)
    {
        await using var client = new RespClient(new FakeShards());
        Assert.Equal(reply.TrimEnd('|'), await client.CallAsync(command.Split(' ')));
    }

    [Fact]
    public async Task Keys_of_several_shards_are_put_together_in_the_order_that_was_asked()
    {
        await using var client = new RespClient(new FakeShards(7));
        for (int i = 0; i < 20; i++) Assert.Equal("+OK", await client.CallAsync("SET", $"k{i}", $"v{i}"));

        Assert.Equal("*4|$2|v3|$3|v11|$-1|$2|v7", await client.CallAsync("MGET", "k3", "k11", "gone", "k7"));
        Assert.Equal(":3", await client.CallAsync("EXISTS", "k1", "k1", "k2", "gone"));
        Assert.Equal(":20", await client.CallAsync("DBSIZE"));
        Assert.Equal(":2", await client.CallAsync("DEL", "k1", "k2", "gone"));
        Assert.Equal(":18", await client.CallAsync("DBSIZE"));
        Assert.Equal("+OK", await client.CallAsync("FLUSHALL"));
        Assert.Equal(":0", await client.CallAsync("DBSIZE"));
    }

    [Fact]
    public async Task One_read_of_many_commands_becomes_one_batch_per_shard()
    {
        var shards = new FakeShards(4);
        await using var client = new RespClient(shards);
        var pipeline = new StringBuilder();
        for (int i = 0; i < 100; i++) pipeline.Append(RespClient.Encode("SET", $"k{i}", "v"));
        await client.SendAsync(pipeline.ToString());
        for (int i = 0; i < 100; i++) Assert.Equal("+OK", await client.ReplyAsync());

        Assert.Equal(4, shards.Batches.Count);
        Assert.Equal(100, shards.Batches.Sum(batch => batch.Commands));
    }

    [Fact]
    public async Task Values_keep_every_byte()
    {
        await using var client = new RespClient(new FakeShards());
        string value = new([.. Enumerable.Range(0, 256).Select(i => (char)i)]);
        Assert.Equal("+OK", await client.CallAsync("SET", "k", value));
        await client.SendAsync(RespClient.Encode("GET", "k"));
        Assert.Equal($"$256\r\n{value}\r\n".Replace("\r\n", "|").TrimEnd('|'), await client.ReplyAsync());
    }

    [Fact]
    public async Task An_unknown_part_makes_the_whole_command_unknown()
    {
        var shards = new FakeShards(4);
        shards.ErrorOf = shard => shard switch
        {
            2 => "UNKNOWN outcome unknown, shard=2 term=5 lsn=7"u8.ToArray(),
            3 => "CLUSTERDOWN no leader"u8.ToArray(),
            _ => null,
        };
        await using var client = new RespClient(shards);
        Assert.Equal("-UNKNOWN outcome unknown, shard=2 term=5 lsn=7", await client.CallAsync("FLUSHALL"));
        Assert.Equal("-UNKNOWN outcome unknown, shard=2 term=5 lsn=7", await client.CallAsync("DBSIZE"));
    }

    [Fact]
    public async Task A_write_that_some_shards_applied_is_never_answered_as_definitely_not_applied()
    {
        var shards = new FakeShards(4) { ErrorOf = shard => shard == 3 ? "CLUSTERDOWN no leader"u8.ToArray() : null };
        await using var client = new RespClient(shards);
        Assert.StartsWith("-UNKNOWN outcome unknown, shard=3", await client.CallAsync("FLUSHALL"));
        Assert.Equal("-CLUSTERDOWN no leader", await client.CallAsync("DBSIZE"));
        shards.ErrorOf = _ => "CLUSTERDOWN no leader"u8.ToArray();
        Assert.Equal("-CLUSTERDOWN no leader", await client.CallAsync("FLUSHALL"));
    }

    [Fact]
    public async Task Only_reads_of_a_READONLY_connection_may_be_answered_by_a_replica()
    {
        var shards = new FakeShards(1);
        await using var client = new RespClient(shards);
        await client.SendAsync(RespClient.Encode("READONLY") + RespClient.Encode("SET", "k", "v") + RespClient.Encode("GET", "k") + RespClient.Encode("READWRITE") + RespClient.Encode("GET", "k"));
        for (int i = 0; i < 5; i++) await client.ReplyAsync();
        Assert.Equal([(0, false, 2), (0, true, 1)], shards.Batches);
    }

    [Fact]
    public async Task While_the_node_starts_commands_are_refused_but_clients_may_greet()
    {
        await using var client = new RespClient(new FakeShards());
        client.Services.Backend = null;
        client.Services.Loading = "LOADING waiting for node-2";
        Assert.Equal("-LOADING waiting for node-2", await client.CallAsync("PING"));
        Assert.Equal("-LOADING waiting for node-2", await client.CallAsync("SET", "k", "v"));
        Assert.Equal("+OK", await client.CallAsync("CLIENT", "SETNAME", "x"));
        Assert.StartsWith("*14", await client.CallAsync("HELLO"));
    }

    [Fact]
    public async Task A_shard_that_nobody_serves_refuses_definitely()
    {
        var shards = new FakeShards(1);
        shards = new FakeShards(1);
        await using var client = new RespClient(shards);
        var unserved = new Cluster.Actors.Shards.ShardRouter(1, new Cluster.Actors.Shards.ShardSettings(), TimeProvider.System);
        client.Services.Backend = new RespBackend(unserved, shards.Directory);
        Assert.StartsWith("-TRYAGAIN ", await client.CallAsync("SET", "k", "v"));
        Assert.Equal("+PONG", await client.CallAsync("PING"));
    }

    [Fact]
    public async Task After_HELLO_3_the_same_replies_come_in_RESP3()
    {
        await using var client = new RespClient(new FakeShards());
        await client.SendAsync(RespClient.Encode("GET", "x") + RespClient.Encode("HELLO", "3", "SETNAME", "me") + RespClient.Encode("GET", "x") + RespClient.Encode("CONFIG", "GET", "save"));
        Assert.Equal("$-1", await client.ReplyAsync());
        Assert.StartsWith("%7|$6|server|$5|redis|", await client.ReplyAsync());
        Assert.Equal("_", await client.ReplyAsync());
        Assert.Equal("%1|$4|save|$0", await client.ReplyAsync());
        Assert.Equal("$2|me", await client.CallAsync("CLIENT", "GETNAME"));
    }

    [Fact]
    public async Task INFO_says_what_cluster_clients_look_for()
    {
        await using var client = new RespClient(new FakeShards());
        string info = await client.CallAsync("INFO");
        Assert.Contains("redis_mode:cluster|", info);
        Assert.Contains("role:master|", info);
        Assert.Contains("cluster_enabled:1", info);
        Assert.DoesNotContain("role:master", await client.CallAsync("INFO", "server"));
    }
}
