using Akka.Actor;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Node.Resp;
using Cluster.Storage;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.Storage.Time;

namespace Cluster.Node.Tests.Resp;

/// <summary>The shards of one node alone, over real files in a folder of its own: what a client of a node sees, without the network.</summary>
internal sealed class LiveShards : IAsyncDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("live-shards");
    private readonly TemporaryFolder _folder = new();
    private readonly WriterPool _writers = new(1);
    private readonly List<IActorRef> _actors = [];
    private readonly List<LocalShard> _locals = [];
    private readonly ShardServices _services;

    public LiveShards(int shards, long bufferBytes = 1 << 20)
    {
        var settings = new ShardSettings { ElectionTimeout = TimeSpan.FromMilliseconds(200), WriteTimeout = TimeSpan.FromSeconds(30) };
        _services = new ShardServices
        {
            NodeId = Guid.NewGuid(),
            Settings = settings,
            Peers = new NoPeers(),
            Router = new ShardRouter(shards, settings, TimeProvider.System),
            Directory = new ShardDirectory(shards),
            Ticker = new ShardTicker(TimeProvider.System, settings.TickInterval),
            Workers = new BlockingWorkers(threads: 1),
            Transfers = new NodeTransfers(TimeProvider.System),
            Hybrid = new HybridClock(TimeProvider.System),
            Time = TimeProvider.System,
        };
        Directory.CreateDirectory(Path.Combine(_folder.Path, "shards"));
        var environment = StorageEnvironment.ForProcess(_writers);
        var states = NodeStateFile.Open(_folder.Path, environment, _services.NodeId);
        for (int shard = 0; shard < shards; shard++)
        {
            var local = new LocalShard(new LocalShardOptions
            {
                Shard = shard,
                Folder = Path.Combine(_folder.Path, "shards", $"{shard}"),
                ClusterId = Guid.NewGuid(),
                Environment = environment,
                StateFile = states,
                Initial = new Cluster.Actors.Shards.Core.Configuration(Lsn.None, [new Member(_services.NodeId, 1)], []),
                SegmentBytes = 1 << 20,
                BufferBytes = bufferBytes,
            });
            _locals.Add(local);
            _actors.Add(_system.ActorOf(ShardActor.Props(_services, local)));
        }

        for (int shard = 0; shard < shards; shard++)
        {
            var cell = _services.Directory[shard];
            if (!SpinWait.SpinUntil(() => cell.State == ShardState.Leading, TimeSpan.FromSeconds(20))) throw new TimeoutException("a shard alone does not lead");
        }
    }

    public RespBackend Backend => new(_services.Router, _services.Directory);

    public Guid NodeId => _services.NodeId;

    public RespClient Connect() => new(Backend);

    public async ValueTask DisposeAsync()
    {
        foreach (var actor in _actors) await actor.GracefulStop(TimeSpan.FromSeconds(20), StopShard.Instance);
        await _system.Terminate();
        _services.Ticker.Dispose();
        _services.Workers.Dispose();
        _services.Transfers.Dispose();
        _writers.Dispose();
        foreach (var local in _locals) local.Store.Dispose();
        _folder.Dispose();
    }

    private sealed class NoPeers : IShardPeers
    {
        public void Send(Guid to, int shard, ShardMessage message) => message.Release();
    }
}
