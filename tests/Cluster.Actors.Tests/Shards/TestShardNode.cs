using System.Collections.Immutable;
using Akka.Actor;
using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.Storage.Time;

namespace Cluster.Actors.Tests.Shards;

/// <summary>One node's side of one shard, over real files in a folder of its own.</summary>
internal sealed class TestShardNode : IDisposable
{
    private readonly TestShards _owner;
    private readonly string _folder;
    private WriterPool? _writers;
    private LocalShard? _local;
    private ShardServices? _services;

    public TestShardNode(TestShards owner, int index)
    {
        _owner = owner;
        Id = new Guid($"00000000-0000-0000-0000-{index + 1:x12}");
        _folder = Path.Combine(owner.Folder, $"node-{index + 1}");
        Directory.CreateDirectory(Path.Combine(_folder, "shards"));
        Router = new ShardRouter(1, owner.Settings, TimeProvider.System);
        Shards = new ShardDirectory(1);
    }

    public Guid Id { get; }

    public ShardRouter Router { get; }

    public ShardDirectory Shards { get; }

    public ShardCell Cell => Shards[_owner.Shard];

    /// <summary>Where the shard's files are.</summary>
    public string ShardFolder => Path.Combine(_folder, "shards", "0");

    /// <summary>The store as the actor has it; another one after a snapshot or a failed sync.</summary>
    public ShardStore Store => _local!.Store;

    public IActorRef? Actor { get; private set; }

    /// <summary>What its peers' clocks say of its own.</summary>
    public NodeClocks? Clocks { get; private set; }

    /// <summary>The node's threads for reads from disk: one.</summary>
    public BlockingWorkers Workers => _services!.Workers;

    public FaultyFiles Files { get; } = new();

    public void Start()
    {
        _owner.Network.Reconnect(Id);
        _writers = new WriterPool(1);
        var environment = StorageEnvironment.ForProcess(_writers) with { Files = Files };
        var states = NodeStateFile.Open(_folder, environment, Id);
        var voters = _owner.Nodes.Select(n => new Member(n.Id, 1)).ToImmutableArray();
        _local = new LocalShard(_owner.Local(new LocalShardOptions
        {
            Shard = _owner.Shard,
            Folder = ShardFolder,
            ClusterId = _owner.ClusterId,
            Environment = environment,
            StateFile = states,
            Initial = new Configuration(Lsn.None, voters, []),
            SegmentBytes = 1 << 20,
            BufferBytes = _owner.BufferBytes,
        }));
        Clocks = new NodeClocks(new HybridClock(TimeProvider.System), TimeProvider.System);
        _services = new ShardServices
        {
            NodeId = Id,
            Settings = _owner.Settings,
            Peers = _owner.Network.PeersOf(Id),
            Parking = _owner.Parking?.Of(Id),
            Router = Router,
            Directory = Shards,
            Ticker = new ShardTicker(TimeProvider.System, _owner.Settings.TickInterval),
            Workers = new BlockingWorkers(threads: 1),
            Transfers = new NodeTransfers(TimeProvider.System),
            Hybrid = Clocks.Hybrid,
            Clocks = Clocks,
            Time = TimeProvider.System,
            Regions = _owner.Regions.Select((region, i) => (_owner.Nodes[i].Id, region)).ToDictionary(),
        };
        StartActor();
    }

    /// <summary>An actor on the store that is open already.</summary>
    public void StartActor()
    {
        Actor = _owner.System.ActorOf(ShardActor.Props(_services!, _local!), $"shard-{Id:N}-{Guid.NewGuid():N}");
        _owner.Network.Register(Id, _owner.Shard, Actor);
        if (_owner.Shard != ShardId.Meta && !SpinWait.SpinUntil(() => Router.QueueOf(0).IsServed, TimeSpan.FromSeconds(5)))
            throw new TimeoutException("the shard's actor did not start");
    }

    /// <summary>The actor ends; the store stays open.</summary>
    public async Task StopActor()
    {
        var actor = Actor!;
        _owner.Network.Unregister(Id, _owner.Shard);
        await actor.GracefulStop(TimeSpan.FromSeconds(10), StopShard.Instance);
        Actor = null;
    }

    /// <summary>The node is gone as after a kill: what was not written to its files is lost.</summary>
    public async Task Kill()
    {
        if (Actor is null) return;
        _owner.Network.Isolate(Id);
        await StopActor();
        _services!.Ticker.Dispose();
        _services.Workers.Dispose();
        _services.Transfers.Dispose();
        // The writers end before the store: nothing is written or closed any more.
        _writers!.Dispose();
        await _local!.OpenAsync();
        _local.Store.Dispose();
    }

    public bool HasFile(string name) => File.Exists(Path.Combine(_folder, "shards", "0", name));

    public TestClient Client() => new(Router);

    public void Dispose() => Kill().GetAwaiter().GetResult();
}
