using Akka.Actor;
using Cluster.Actors.Shards;

namespace Cluster.Actors.Tests.Shards;

/// <summary>The replicas of one shard on several nodes of one process.</summary>
internal sealed class TestShards : IDisposable
{
    public TestShards(ActorSystem system, int nodes, Func<ShardSettings, ShardSettings>? settings = null, int seed = 1, long bufferBytes = 4 << 20, int shard = 0, bool parking = false, Func<LocalShardOptions, LocalShardOptions>? local = null)
    {
        System = system;
        Shard = shard;
        BufferBytes = bufferBytes;
        Local = local ?? (static options => options);
        var defaults = new ShardSettings { ElectionTimeout = TimeSpan.FromMilliseconds(600), WriteTimeout = TimeSpan.FromSeconds(5), TickInterval = TimeSpan.FromMilliseconds(10) };
        Settings = settings?.Invoke(defaults) ?? defaults;
        Network = new MemoryNetwork(seed);
        Nodes = [.. Enumerable.Range(0, nodes).Select(i => new TestShardNode(this, i))];
        if (parking) Parking = new MemoryParking(Network, [.. Nodes.Select(node => node.Id)], Settings.ElectionTimeout / 3);
    }

    public ActorSystem System { get; }

    public int Shard { get; }

    /// <summary>In which region each node is, by its place.</summary>
    public int[] Regions { get; init; } = [];

    public long BufferBytes { get; }

    public ShardSettings Settings { get; }

    /// <summary>What is different from the options that every test shard has.</summary>
    public Func<LocalShardOptions, LocalShardOptions> Local { get; }

    public MemoryNetwork Network { get; }

    /// <summary>Null unless the shards may be parked.</summary>
    public MemoryParking? Parking { get; }

    public IReadOnlyList<TestShardNode> Nodes { get; }

    public Guid ClusterId { get; } = Guid.NewGuid();

    public string Folder { get; } = Directory.CreateTempSubdirectory($"shards-{Environment.ProcessId}-").FullName;

    public void StartAll()
    {
        foreach (var node in Nodes) node.Start();
    }

    /// <summary>The node that leads and says so, among those that run.</summary>
    public TestShardNode? Leader => Nodes.FirstOrDefault(n => n.Actor is not null && n.Cell.State == ShardState.Leading);

    public void Dispose()
    {
        foreach (var node in Nodes) node.Dispose();
        Parking?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
