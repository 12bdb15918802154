using Akka.Actor;
using Cluster.Actors;
using Cluster.Actors.Membership;
using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;
using Cluster.Node.CommandLine;
using Cluster.Node.Configuration;
using Cluster.Node.Http;
using Cluster.Node.Resp;
using Cluster.Storage.Time;
using Microsoft.Extensions.Logging;

namespace Cluster.Node.Hosting;

/// <summary>
/// The life of a node's process: data folder → listeners (they answer LOADING) → ActorSystem → topology and shards known →
/// ready; and the same way back. Storage and listeners live as long as the process, the ActorSystem may be replaced.
/// </summary>
internal sealed class NodeHost : INodeHost, IAsyncDisposable
{
    /// <summary>How long a clean leave may take; the data is safe without it.</summary>
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(8);

    /// <summary>How long the shards of this node may take to get other leaders. Each gives up by itself earlier.</summary>
    private static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan LeaderPoll = TimeSpan.FromMilliseconds(5);

    private readonly LoadedSettings _loaded;
    private readonly ClusterSettings _settings;
    private readonly TextWriter _output;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly NodeHealth _health = new();
    private readonly LiveTopology _topology = new();
    private readonly NodeClocks _clocks;
    private readonly TaskCompletionSource<string> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    /// <summary>Of everything that shards measure.</summary>
    private readonly TimeProvider _time = BootClock.Instance ?? TimeProvider.System;
    private volatile IActorRef? _guardian;
    private NodeStorage? _storage;
    private RespServices? _resp;
    private Listeners? _listeners;
    private ActorSystemRunner? _actors;
    private NodeContext? _node;
    private Task _becomingReady = Task.CompletedTask;
    private volatile bool _stopping;
    private int _started;

    public NodeHost(LoadedSettings loaded, TextWriter output)
    {
        _loaded = loaded;
        _settings = loaded.Settings;
        _clocks = new NodeClocks(new HybridClock(_time, _settings.MaxClockSkew), _time);
        _output = output;
        _logs = NodeLog.Create(loaded.AkkaConfig.GetString("akka.loglevel"));
        _log = _logs.CreateLogger("node");
    }

    /// <summary>What clients are told: the announced address, with the port that is really listened on.</summary>
    private string RespAddress
    {
        get
        {
            string host = _settings.RespAnnounced.Host.Length > 0 ? _settings.RespAnnounced.Host : _settings.Resp.Host;
            int port = _settings.RespAnnounced.Port > 0 ? _settings.RespAnnounced.Port : _listeners!.RespPort;
            return $"{host}:{port}";
        }
    }

    private string HttpAddress => $"{_settings.Http.Host}:{_listeners!.HttpPort}";

    /// <exception cref="SettingsException">The node cannot start as configured.</exception>
    public async Task StartAsync()
    {
        foreach (string warning in _loaded.Warnings) _log.LogWarning("{Warning}", warning);
        _storage = NodeStorage.Open(_settings, _logs);
        _resp = new RespServices(_storage.State.NodeId, _settings.NodeName, VersionVerb.Version, _settings.Routing, _topology, new RespMetrics()) { DefaultPolicy = _settings.CommitPolicy, MaxStaleness = _settings.MaxStaleness };
        _listeners = await Listeners.StartAsync(_settings, _resp, _health, _logs).ConfigureAwait(false);
        _actors = new ActorSystemRunner(_settings, _loaded.AkkaConfig, _logs, Populate);
        _actors.Start();
    }

    void INodeHost.Refused(string line) => _refused.TrySetResult(line);

    void INodeHost.Waiting(string text)
    {
        if (text.Length == 0) return;
        _log.LogInformation("{Text}", text);
        if (_resp!.Backend is not null) return;
        _health.NotReadyBecause = text;
        _resp.Loading = "LOADING " + text;
    }

    void INodeHost.Started(TopologyContent topology)
    {
        _topology.Attach(_node!);
        _log.LogInformation("in cluster {Cluster}: {Nodes} nodes, {Shards} shards, topology {Epoch}", topology.ClusterId, topology.Nodes.Length, topology.ShardCount, topology.Epoch);
        if (Interlocked.Exchange(ref _started, 1) == 1) return; // a new ActorSystem on the same shards: clients never noticed
        _becomingReady = BecomeReadyAsync(_node!.Shards!, HostAndPort(_node.Contact.Self.Remote));
    }

    void INodeHost.RebuildNeeded(string reason) => _actors!.Rebuild(reason);

    /// <summary>Starts the node's actors in a new ActorSystem. What they share was made with the first one, whose port holds from then on.</summary>
    private void Populate(ActorSystem system)
    {
        _node ??= CreateContext(((ExtendedActorSystem)system).Provider.DefaultAddress);
        NodeExtension.Get(system).Context = _node;
        _guardian = system.ActorOf(NodeGuardian.Props(_node), NodeGuardian.Name);
    }

    private NodeContext CreateContext(Address address)
    {
        var state = _storage!.State;
        return new NodeContext
        {
            Contact = new ContactSettings
            {
                Self = new NodeEntry(state.NodeId, _settings.NodeName, address.ToString(), RespAddress, HttpAddress, _settings.Region),
                ProcessId = Random.Shared.NextInt64(1, long.MaxValue),
                StartedAt = _clocks.Hybrid.Next(),
                Seeds = _settings.SeedNodes,
                Expect = _settings.BootstrapExpect,
                Shards = _settings.Shards,
                Replicas = _settings.Replicas,
            },
            BootstrapStore = new BootstrapFile(_storage.Environment.Files, _storage.Folder),
            Clocks = _clocks,
            Time = _time,
            Host = this,
            Membership = new MembershipSettings { DownAfter = _settings.DownAfter, LinkHeartbeat = _settings.ElectionTimeout / 3 },
            OpenShards = OpenShards,
        };
    }

    /// <summary>Off the dispatchers; a shard's own recovery begins with its actor.</summary>
    private HostedShards OpenShards(TopologyContent topology)
    {
        _storage!.BelongTo(topology.ClusterId);
        return new HostedShards(_storage, _settings, topology.ClusterId, topology.ShardCount, _clocks, _time);
    }

    private static string HostAndPort(string address) => address[(address.IndexOf('@') + 1)..];

    /// <summary>Runs until asked to stop; returns the exit code of the process.</summary>
    /// <exception cref="NodeRefusedException">The cluster, or this node's own data, does not let it be what it was told to be.</exception>
    public async Task<int> RunAsync(Task stopAsked)
    {
        var first = await Task.WhenAny(stopAsked, _refused.Task).ConfigureAwait(false);
        if (first == _refused.Task) throw new NodeRefusedException(await _refused.Task.ConfigureAwait(false));
        _log.LogInformation("stopping");
        return ExitCode.Ok;
    }

    /// <summary>
    /// The way back: no new clients; other leaders for the shards, while the clients that are here are still served; their connections closed between two
    /// answers; out of the cluster, shards closed, folder released.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _health.NotReadyBecause = "stopping";
        if (_listeners is not null) await _listeners.StopAcceptingClientsAsync().ConfigureAwait(false);
        await HandOverAsync().ConfigureAwait(false);
        if (_listeners is not null) await _listeners.DisposeAsync().ConfigureAwait(false);
        if (_actors is not null) await _actors.StopAsync(LeaveTimeout).ConfigureAwait(false);
        await _becomingReady.ConfigureAwait(false);
        _node?.Shards?.Dispose();
        _storage?.Dispose();
        _logs.Dispose();
    }

    private async Task HandOverAsync()
    {
        if (_guardian is not { } guardian || _node?.Shards is null) return;
        try
        {
            await guardian.Ask<LeadershipHandedOver>(HandOverLeadership.Instance, HandOverTimeout).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            _log.LogWarning("not every shard has got another leader within {Seconds} s; clients of those that have none wait for an election", HandOverTimeout.TotalSeconds);
        }
    }

    /// <summary>
    /// The shards are known and their actors run: clients may come. Leaders are waited for a little, so that the first commands do not
    /// have to; without a majority of the cluster there will be none, and the node serves what it can.
    /// </summary>
    private async Task BecomeReadyAsync(NodeShards shards, string remoting)
    {
        long since = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(LeaderPoll);
        while (!_stopping && LeaderlessShards(shards.Directory) > 0 && TimeProvider.System.GetElapsedTime(since) < _settings.WriteTimeout)
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        if (_stopping) return;
        int leaderless = LeaderlessShards(shards.Directory);
        if (leaderless > 0) _log.LogWarning("{Count} of {Shards} shards have no leader yet: a majority of their replicas is needed", leaderless, shards.Directory.Shards);
        _resp!.Backend = new RespBackend(shards.Router, shards.Directory) { Links = _node!.Links };
        // From here on the other nodes' replicas serve clients that come here; this node is ready when its own are open.
        while (!_stopping && shards is HostedShards { Opening: > 0 and var opening })
        {
            _health.NotReadyBecause = $"opening {opening} of {shards.Directory.Shards} shards";
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }

        if (_stopping) return;
        _health.NotReadyBecause = null;
        await _output.WriteLineAsync($"ready name={_settings.NodeName} resp={RespAddress} http={HttpAddress} remoting={remoting}").ConfigureAwait(false);
        await _output.FlushAsync().ConfigureAwait(false);
    }

    private static int LeaderlessShards(ShardDirectory directory)
    {
        int count = 0;
        for (int shard = 0; shard < directory.Shards; shard++)
            if (directory[shard].Leadership.Leader is null) count++;
        return count;
    }
}
