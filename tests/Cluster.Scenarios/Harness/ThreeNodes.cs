namespace Cluster.Scenarios.Harness;

/// <summary>Three nodes that form one cluster, configured as hocon/three-nodes is, on free ports.</summary>
internal sealed class ThreeNodes : IDisposable
{
    /// <summary>Shorter than the default, so that a lost majority shows itself sooner; still longer than an election.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(4);

    private readonly Folder _folder = new();

    public ThreeNodes()
    {
        int[] remoting = [Ports.Take(), Ports.Take(), Ports.Take()];
        SeedNodes = $"akka.cluster.seed-nodes=[{string.Join(", ", remoting.Select(port => $"\"akka.tcp://cluster@127.0.0.1:{port}\""))}]";
        All = [.. remoting.Select((port, i) => new Member(
            $"node-{i + 1}", Path.Combine(_folder.Path, $"node-{i + 1}"), port, SeedNodes, "cluster.bootstrap-expect=3",
            $"cluster.write-timeout={WriteTimeout.TotalSeconds}s", $"cluster.down-after={Scale.DownAfter.TotalSeconds}s"))];
    }

    public Member[] All { get; }

    /// <summary>As a -D definition.</summary>
    public string SeedNodes { get; }

    public IEnumerable<Member> Living => All.Where(node => node.Runs);

    public Member[] Except(params Member[] nodes) => [.. All.Except(nodes)];

    public Task StartAsync() => Task.WhenAll(All.Select(node => node.StartAsync()));

    /// <summary>Brings back whoever is missing or stopped and waits until the cluster is whole.</summary>
    public async Task MakeWholeAsync()
    {
        foreach (var node in All)
            if (node.Process is { Runs: true, IsStopped: true } stopped) stopped.Send(Signal.Continue);
        await Task.WhenAll(All.Where(node => !node.Runs).Select(node => node.StartAsync()));
        await IsWholeAsync();
    }

    public Task<TimeSpan> IsWholeAsync()
    {
        string[] names = [.. All.Select(node => node.Name)];
        return Poll.UntilAsync("every shard is led and every replica is up to date", async () =>
        {
            var topology = await All[0].TopologyAsync(); // each replica speaks for itself in it
            return topology.NotLedBy(names) ?? names.Select(topology.NotCaughtUp).FirstOrDefault(lag => lag is not null);
        });
    }

    /// <summary>Every shard has a leader among the living.</summary>
    public Task<TimeSpan> IsLedByTheLivingAsync()
    {
        string[] names = [.. Living.Select(node => node.Name)];
        return Poll.UntilAsync($"every shard is led by {string.Join(" or ", names)}", async () => (await Living.First().TopologyAsync()).NotLedBy(names));
    }

    public Task<TimeSpan> HasCaughtUpAsync(Member node)
    {
        var witness = Living.First(other => other != node);
        return Poll.UntilAsync($"{node.Name} has caught up", async () => (await witness.TopologyAsync()).NotCaughtUp(node.Name));
    }

    public async Task<Member> LeaderOfMostAsync()
    {
        var topology = await All[0].TopologyAsync();
        return All.MaxBy(node => topology.LedBy(node.Name))!;
    }

    public async Task<Member> LeaderOfFewestAsync()
    {
        var topology = await All[0].TopologyAsync();
        return All.MinBy(node => topology.LedBy(node.Name))!;
    }

    public WriteLoad Load(string prefix) => new(All.Select(node => node.RespPort), prefix);

    public string Logs() => string.Join("\n\n", All.Select(node => node.Log.Tail()));

    public void Dispose()
    {
        foreach (var node in All) node.Dispose();
        _folder.Dispose();
    }
}
