namespace Cluster.Scenarios.Harness;

/// <summary>The nodes of one cluster, whatever they run on.</summary>
internal abstract class NodeGroup : IDisposable
{
    public Member[] All { get; protected init; } = [];

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
            return topology.NotLedBy(names) ?? topology.NotCaughtUp();
        });
    }

    /// <summary>As <see cref="IsWholeAsync"/> while clients write: up to date is who has all that was committed when the wait began.</summary>
    public async Task<TimeSpan> IsWholeUnderLoadAsync()
    {
        string[] names = [.. All.Select(node => node.Name)];
        TopologyDocument? begin = null;
        return await Poll.UntilAsync("every shard is led and every replica has what was committed", async () =>
        {
            var topology = await All[0].TopologyAsync();
            begin ??= topology;
            return topology.NotLedBy(names) ?? topology.NotCaughtUp(begin);
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

    public string Logs() => string.Join("\n\n", All.Select(node => node.Log.Tail()));

    public virtual void Dispose()
    {
        foreach (var node in All) node.Dispose();
    }
}
