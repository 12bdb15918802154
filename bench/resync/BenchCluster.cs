using Cluster.Scenarios.Harness;

namespace Cluster.Bench.Resync;

/// <summary>Three nodes with one shard, each on a host of its own, on networks that can be cut; on the disk of the system's temporary folder.</summary>
internal sealed class BenchCluster : NodeGroup
{
    private const int RespPort = 7379, HttpPort = 8379, RemotingPort = 4053;

    private readonly Folder _folder = new();

    public BenchCluster(params string[] definitions)
    {
        Network = new Network(3);
        string seeds = string.Join(", ", Enumerable.Range(0, 3).Select(place => $"\"akka.tcp://cluster@{Network[place].Address}:{RemotingPort}\""));
        All = [.. Enumerable.Range(0, 3).Select(place => new Member(
            Network[place], $"node-{place + 1}", Path.Combine(_folder.Path, $"node-{place + 1}"), RemotingPort,
            [$"akka.cluster.seed-nodes=[{seeds}]", "cluster.bootstrap-expect=3", "cluster.shards=1", .. definitions], RespPort, HttpPort))];
    }

    public Network Network { get; }

    public int PlaceOf(Member node) => Array.IndexOf(All, node);

    public async Task<Member> LeaderAsync() => await LeaderOfMostAsync();

    public static string ShardFolderOf(Member node) => Path.Combine(node.Folder, "shard-0000");

    public override void Dispose()
    {
        base.Dispose();
        Network.Dispose();
        _folder.Dispose();
    }
}
