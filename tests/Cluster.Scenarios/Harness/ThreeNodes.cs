namespace Cluster.Scenarios.Harness;

/// <summary>Three nodes that form one cluster, configured as hocon/three-nodes is, on free ports.</summary>
internal sealed class ThreeNodes : NodeGroup
{
    /// <summary>Shorter than the default, so that a lost majority shows itself sooner; still longer than an election.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Longer than the default, in the short form: several nodes, their clients and whatever else a machine of two cores does must not be taken for a dead leader. How fast
    /// the shipped configuration fails over is bench/failover's matter.
    /// </summary>
    private static readonly string ElectionTimeout = $"cluster.election-timeout={(Scale.Long ? 750 : 1000)}ms";

    private readonly Folder _folder = new();

    /// <param name="definitions">Settings of all three beside those that every scenario has.</param>
    public ThreeNodes(params string[] definitions)
    {
        int[] remoting = [Ports.Take(), Ports.Take(), Ports.Take()];
        SeedNodes = $"akka.cluster.seed-nodes=[{string.Join(", ", remoting.Select(port => $"\"akka.tcp://cluster@127.0.0.1:{port}\""))}]";
        string[] common =
        [
            SeedNodes, "cluster.bootstrap-expect=3", ElectionTimeout, $"cluster.write-timeout={WriteTimeout.TotalSeconds}s", $"cluster.down-after={Scale.DownAfter.TotalSeconds}s",
            .. definitions,
        ];
        All = [.. remoting.Select((port, i) => new Member($"node-{i + 1}", Path.Combine(_folder.Path, $"node-{i + 1}"), port, common))];
    }

    /// <summary>As a -D definition.</summary>
    public string SeedNodes { get; }

    public WriteLoad Load(string prefix) => new(All.Select(node => node.RespPort), prefix);

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }
}
