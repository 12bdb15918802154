using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Cluster.Daemon;
using Akka.Cluster.Membership;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>Gives a system its cluster.</summary>
public class ClusterExtension : ExtensionIdProvider<Cluster>
{
    /// <inheritdoc/>
    public override Cluster CreateExtension(ExtendedActorSystem system) => new((ActorSystemImpl)system);
}

/// <summary>The node could not join.</summary>
public class ClusterJoinFailedException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public ClusterJoinFailedException(string message) : base(message)
    {
    }
}

/// <summary>This system's membership: joining, leaving, downing, and what is known of the others. Any thread.</summary>
public class Cluster : IExtension
{
    private readonly IActorRef _cluster;
    private readonly IActorRef _daemon;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _removedLock = new();
    private List<Action> _onRemoved = [];
    private volatile ClusterEvent.CurrentClusterState _state = new();
    private volatile Gossip _gossip = Gossip.Empty;
    private volatile Member _selfMember;
    private volatile bool _terminated;
    private readonly RemoteTransport _transport;
    private int _leaveCalled;

    /// <summary>Made by the system.</summary>
    public Cluster(ActorSystemImpl system)
    {
        if (system.Provider is not IClusterActorRefProvider provider)
            throw new ConfigurationException($"ActorSystem {system} needs to have a 'IClusterActorRefProvider' enabled in the configuration, currently uses {system.Provider.GetType().FullName}");
        System = system;
        _transport = provider.Transport;
        Settings = new ClusterSettings(system.Settings.Config, system.Name);
        SelfUniqueAddress = new UniqueAddress(provider.Transport.DefaultAddress, AddressUidExtension.Uid(system));
        _selfMember = Member.Removed(SelfUniqueAddress);
        Log = new ClusterLog(Logging.GetLogger(system, "Cluster(" + system.Name + ")"), Settings, SelfAddress);
        FailureDetector = new DefaultFailureDetectorRegistry<Address>(() =>
            FailureDetectorLoader.Load(Settings.FailureDetectorImplementationClass, Settings.FailureDetectorConfig, system));
        DowningProvider = DowningProviders.Create(Settings.DowningProviderType, system, this);
        _cluster = system.SystemActorOf(Props.Create(() => new ClusterRoot(this)).WithDispatcher(Settings.UseDispatcher), "cluster");
        // The root hands everything on to the daemon that it creates, in order.
        _daemon = _cluster;
        _cluster.Tell(ClusterRoot.Begin.Instance, ActorRefs.NoSender);
        ShutdownPhases.Register(this, _cluster);
        provider.RemoteWatcher?.Tell(ClusterRemoteWatcher.SubscribeNow.Instance, ActorRefs.NoSender);
        Log.Info("Started up successfully");
        if (Settings.SeedNodes.Count > 0) JoinSeedNodes(Settings.SeedNodes);
    }

    /// <summary>The system that is this node.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>What the configuration says.</summary>
    public ClusterSettings Settings { get; }

    /// <summary>Address and uid of this node.</summary>
    public UniqueAddress SelfUniqueAddress { get; }

    /// <summary>The address of this node.</summary>
    public Address SelfAddress => SelfUniqueAddress.Address;

    /// <summary>The roles of this node.</summary>
    public ImmutableHashSet<string> SelfRoles => Settings.Roles;

    /// <summary>Removed before joining and after leaving.</summary>
    public Member SelfMember => _selfMember;

    /// <summary>The members as this node sees them; may be old by a moment.</summary>
    public ClusterEvent.CurrentClusterState State => _state;

    /// <summary>True while this node is up, weakly or not.</summary>
    public bool IsUp => SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp;

    /// <summary>True once this node has left or was downed.</summary>
    public bool IsTerminated => _terminated;

    /// <summary>Who is heard of.</summary>
    public DefaultFailureDetectorRegistry<Address> FailureDetector { get; }

    /// <summary>Who decides about unreachable members.</summary>
    public IDowningProvider DowningProvider { get; }

    internal ClusterLog Log { get; }

    /// <summary>The system's; an error without the cluster provider.</summary>
    public static Cluster Get(ActorSystem system) => system.WithExtension<Cluster, ClusterExtension>();

    /// <summary>Joins by way of that member; itself begins a cluster.</summary>
    public void Join(Address address) => _daemon.Tell(new JoinTo(WithHost(address)), ActorRefs.NoSender);

    /// <summary>Joins; completes when this node is up.</summary>
    public Task JoinAsync(Address address, CancellationToken token = default) => UntilUp(() => Join(address), token);

    /// <summary>Joins by way of whichever answers; only the first begins a cluster.</summary>
    public void JoinSeedNodes(IEnumerable<Address> seedNodes) =>
        _daemon.Tell(new JoinSeeds(seedNodes.Select(WithHost).ToImmutableList()), ActorRefs.NoSender);

    /// <summary>Joins; completes when this node is up.</summary>
    public Task JoinSeedNodesAsync(IEnumerable<Address> seedNodes, CancellationToken token = default) => UntilUp(() => JoinSeedNodes(seedNodes), token);

    /// <summary>Lets the member leave in order.</summary>
    public void Leave(Address address)
    {
        if (WithHost(address).Equals(SelfAddress)) LeaveSelf();
        else _daemon.Tell(new Leave(WithHost(address)), ActorRefs.NoSender);
    }

    /// <summary>Leaves in order; completes when this node is removed.</summary>
    public Task LeaveAsync()
    {
        LeaveSelf();
        return _left.Task;
    }

    /// <summary>Leaves in order; completes when this node is removed.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) => LeaveAsync().WaitAsync(cancellationToken);

    /// <summary>Gives the member up: it is removed, and never comes back under the same uid.</summary>
    public void Down(Address address) => _daemon.Tell(new Down(WithHost(address)), ActorRefs.NoSender);

    /// <summary>Tells the actor of the state, and of every change of those kinds.</summary>
    public void Subscribe(IActorRef subscriber, params Type[] to) => Subscribe(subscriber, ClusterEvent.InitialStateAsSnapshot, to);

    /// <summary>Tells the actor of the state, and of every change of those kinds.</summary>
    public void Subscribe(IActorRef subscriber, ClusterEvent.SubscriptionInitialStateMode initialStateMode, params Type[] to)
    {
        if (to.Length == 0) throw new ArgumentException("At least one `IClusterDomainEvent` class is required", nameof(to));
        foreach (var type in to)
            if (!typeof(ClusterEvent.IClusterDomainEvent).IsAssignableFrom(type))
                throw new ArgumentException($"Subscribe to `IClusterDomainEvent` or subclasses, was [{type}]", nameof(to));
        _daemon.Tell(new Subscribe(subscriber, initialStateMode, to.ToImmutableHashSet()), ActorRefs.NoSender);
    }

    /// <summary>Ends it.</summary>
    public void Unsubscribe(IActorRef subscriber) => Unsubscribe(subscriber, null);

    /// <summary>Ends it.</summary>
    public void Unsubscribe(IActorRef subscriber, Type to) => _daemon.Tell(new Unsubscribe(subscriber, to), ActorRefs.NoSender);

    /// <summary>Tells the actor of the state once.</summary>
    public void SendCurrentClusterState(IActorRef receiver) => _daemon.Tell(new SendState(receiver), ActorRefs.NoSender);

    /// <summary>Runs the callback when this node is up; at once if it is.</summary>
    public void RegisterOnMemberUp(Action callback)
    {
        if (IsUp) callback();
        else _daemon.Tell(new OnMemberUp(callback), ActorRefs.NoSender);
    }

    /// <summary>Runs the callback when this node is removed; at once if it is.</summary>
    public void RegisterOnMemberRemoved(Action callback)
    {
        // Not by a message: that would be lost when the daemon stops at this moment.
        lock (_removedLock)
        {
            if (_onRemoved is { } waiting)
            {
                waiting.Add(callback);
                return;
            }
        }

        callback();
    }

    /// <summary>The path of an actor as others know it.</summary>
    public ActorPath RemotePathOf(IActorRef actorRef)
    {
        var path = actorRef.Path;
        return path.Address.HasGlobalScope ? path : path.Root.Address is var local && local.HasLocalScope
            ? ActorPath.Parse(path.ToStringWithAddress(SelfAddress))
            : path;
    }

    internal IActorRef Daemon => _daemon;

    /// <summary>What this node knows at the moment.</summary>
    internal Gossip Gossip => _gossip;

    internal void Publish(Gossip gossip, ClusterEvent.CurrentClusterState state, Member self)
    {
        _gossip = gossip;
        _state = state;
        _selfMember = self;
    }

    /// <summary>The daemon has stopped: this extension is over for good.</summary>
    internal void Ended()
    {
        if (_terminated) return;
        _terminated = true;
        // The daemon has done it, unless it never began.
        RunRemovedCallbacks();
        _selfMember = Member.Removed(SelfUniqueAddress);
        _left.TrySetResult();
        Log.Info("Successfully shut down");
    }

    internal void RunRemovedCallbacks()
    {
        List<Action> waiting;
        lock (_removedLock)
        {
            waiting = _onRemoved;
            _onRemoved = null;
        }

        if (waiting is not null) RunCallbacks(waiting);
    }

    internal void RunCallbacks(List<Action> callbacks)
    {
        foreach (var callback in callbacks)
        {
            try
            {
                callback();
            }
            catch (Exception failure)
            {
                Log.Error(failure, "a membership callback failed");
            }
        }

        callbacks.Clear();
    }

    /// <summary>Connects anew even if a connection to that address failed a moment ago.</summary>
    internal void TryNow(Address address) => (_transport as Remoting)?.TryNow(address);

    internal void StopDaemon() => System.Stop(_cluster);

    private void LeaveSelf()
    {
        if (_terminated || Interlocked.Exchange(ref _leaveCalled, 1) != 0) return;
        _daemon.Tell(new Leave(SelfAddress), ActorRefs.NoSender);
    }

    private Address WithHost(Address address) => address.Host is null ? SelfAddress : address;

    private async Task UntilUp(Action join, CancellationToken token)
    {
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RegisterOnMemberUp(() => up.TrySetResult());
        RegisterOnMemberRemoved(() => up.TrySetException(new ClusterJoinFailedException("The cluster was shut down before this node was Up")));
        join();
        using var registration = token.Register(() => up.TrySetException(new ClusterJoinFailedException("Node has not managed to join the cluster before provided timeout")));
        await up.Task.ConfigureAwait(false);
    }
}

/// <summary>Says who is speaking, and heeds log-info.</summary>
internal sealed class ClusterLog(ILoggingAdapter log, ClusterSettings settings, Address self)
{
    public void Info(string text)
    {
        if (settings.LogInfo) log.Info("Cluster Node [{0}] - {1}", self, text);
    }

    public void Verbose(string text)
    {
        if (settings.LogInfoVerbose) log.Info("Cluster Node [{0}] - {1}", self, text);
    }

    public void Warning(string text) => log.Warning("Cluster Node [{0}] - {1}", self, text);

    public void Error(Exception cause, string text) => log.Error(cause, "Cluster Node [{0}] - {1}", self, text);

    public void Debug(string text) => log.Debug("Cluster Node [{0}] - {1}", self, text);
}
