using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Cluster.Membership;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster.Daemon;

/// <summary>
/// The membership of one node (/system/cluster/core/daemon): joins, gossips, notices who is unreachable, and, while it is the leader,
/// moves members along. Its parts: .Joining (how a node comes in), .Gossip (what is exchanged), .Leader (what the leader does).
/// State: <see cref="_gossip"/>, replaced as a whole by <see cref="Update"/>, which tells everybody on this node what changed.
/// </summary>
internal sealed partial class ClusterDaemon : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan ReapAtLeastEvery = TimeSpan.FromMilliseconds(200);

    private readonly Cluster _cluster;
    private readonly ClusterSettings _settings;
    private readonly UniqueAddress _self;
    private readonly EventPublisher _publisher;
    private readonly HashSet<UniqueAddress> _exitingConfirmed = [];
    private readonly List<Action> _onUp = [];
    private Gossip _gossip = Gossip.Empty;
    private bool _exitingTasksRun;
    private int _selfDownTicks;

    public ClusterDaemon(Cluster cluster)
    {
        _cluster = cluster;
        _settings = cluster.Settings;
        _self = cluster.SelfUniqueAddress;
        _publisher = new EventPublisher(cluster);

        Receive<Tick>(OnTick);
        Receive<GossipEnvelope>(OnGossip);
        Receive<GossipStatus>(OnStatus);
        Receive<InitJoin>(_ => OnInitJoin());
        Receive<InitJoinAck>(OnInitJoinAck);
        Receive<InitJoinNack>(OnInitJoinNack);
        Receive<Join>(OnJoin);
        Receive<Welcome>(OnWelcome);
        Receive<JoinTo>(m => JoinTo(m.Address));
        Receive<JoinSeeds>(m => JoinSeeds(m.SeedNodes));
        Receive<Leave>(m => OnLeave(m.Address));
        Receive<Down>(m => OnDown(m.Address));
        Receive<ExitingConfirmed>(m => OnExitingConfirmed(m.Node));
        Receive<ExitingCompleted>(_ => OnExitingCompleted());
        Receive<QuarantinedEvent>(OnQuarantined);
        Receive<DownNode>(m => OnDownNode(m.Node));
        Receive<AnsweredBy>(m => OnAnsweredBy(m.Node));
        Receive<Subscribe>(m => _publisher.Subscribe(m, _gossip));
        Receive<Unsubscribe>(m => _publisher.Unsubscribe(m));
        Receive<SendState>(m => m.Receiver.Tell(_cluster.State, ActorRefs.NoSender));
        Receive<OnMemberUp>(OnRegisterUp);
    }

    public ITimerScheduler Timers { get; set; }

    private bool IsJoined => _gossip.HasMember(_self);

    protected override void PreStart()
    {
        var delay = _settings.PeriodicTasksInitialDelay;
        Timers.StartPeriodicTimer("gossip", Tick.Gossip, Max(delay, _settings.GossipInterval), _settings.GossipInterval);
        Timers.StartPeriodicTimer("leader", Tick.Leader, Max(delay, _settings.LeaderActionsInterval), _settings.LeaderActionsInterval);
        var reap = _settings.UnreachableNodesReaperInterval < ReapAtLeastEvery ? _settings.UnreachableNodesReaperInterval : ReapAtLeastEvery;
        Timers.StartPeriodicTimer("reap", Tick.Reap, Max(delay, reap), reap);
        Context.System.EventStream.Subscribe(Self, typeof(QuarantinedEvent));
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _publisher.ShutDown(_gossip);
        _cluster.RunRemovedCallbacks();
        if (_settings.RunCoordinatedShutdownWhenDown)
            CoordinatedShutdown.Get(_cluster.System).Run(CoordinatedShutdown.ClusterDowningReason.Instance);
    }

    private void OnTick(Tick tick)
    {
        if (ReferenceEquals(tick, Tick.Gossip)) GossipRound();
        else if (ReferenceEquals(tick, Tick.GossipSpeedup)) SendGossipRandomly();
        else if (ReferenceEquals(tick, Tick.Leader)) LeaderActions();
        else if (ReferenceEquals(tick, Tick.Reap)) Reap();
        else if (ReferenceEquals(tick, Tick.Join)) OnJoinTick();
    }

    /// <summary>The one place where the state changes: publishes the difference and runs what waited for it.</summary>
    private void Update(Gossip gossip)
    {
        var before = _gossip;
        _gossip = gossip;
        if (ReferenceEquals(before, gossip)) return;
        var self = gossip.Find(_self);
        _publisher.Publish(before, gossip);
        var statusBefore = before.Find(_self)?.Status;
        if (self is { Status: MemberStatus.Up or MemberStatus.WeaklyUp } && statusBefore is not (MemberStatus.Up or MemberStatus.WeaklyUp)) _cluster.RunCallbacks(_onUp);
        if (self is { Status: MemberStatus.Exiting } && statusBefore != MemberStatus.Exiting) RunExitingTasks();
        if (self is { Status: MemberStatus.Down } && statusBefore != MemberStatus.Down)
        {
            // The others should hear it before this node goes.
            _cluster.Log.Info("this node was marked as Down, it will shut down");
            SendGossipToAllDowned();
        }
    }

    private void OnRegisterUp(OnMemberUp message)
    {
        if (_gossip.Find(_self) is { Status: MemberStatus.Up or MemberStatus.WeaklyUp }) _cluster.RunCallbacks([message.Callback]);
        else _onUp.Add(message.Callback);
    }

    private void OnLeave(Address address)
    {
        var member = _gossip.Members.FirstOrDefault(m => m.Address.Equals(address));
        if (member is { Status: MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up })
        {
            _cluster.Log.Info($"marked address [{address}] as [Leaving]");
            Update(_gossip.ChangedBy(_self, _gossip.Replace(member.Copy(MemberStatus.Leaving))));
            SendGossipRandomly();
        }
        else if (address.Equals(_self.Address) && !IsJoined)
        {
            // Never joined: there is nobody to take leave of.
            Context.Stop(Self);
        }
    }

    private void OnDown(Address address)
    {
        var member = _gossip.Members.FirstOrDefault(m => m.Address.Equals(address));
        if (member is null)
        {
            _cluster.Log.Info($"ignoring down of unknown node [{address}]");
            return;
        }

        if (member.Status != MemberStatus.Down) MarkDown(member);
    }

    private void OnDownNode(UniqueAddress node)
    {
        if (_gossip.Find(node) is { Status: not MemberStatus.Down } member) MarkDown(member);
    }

    private void MarkDown(Member member)
    {
        _cluster.Log.Info($"marking node [{member.Address}] with status [{member.Status}] as Down");
        var gossip = _gossip.ChangedBy(_self, _gossip.Replace(member.Copy(MemberStatus.Down)));
        Update(gossip);
        if (!member.UniqueAddress.Equals(_self)) SendGossipTo(member.UniqueAddress);
        SendGossipRandomly();
    }

    /// <summary>Remoting will never talk to that incarnation again, so neither will it return.</summary>
    private void OnQuarantined(QuarantinedEvent message)
    {
        var node = new UniqueAddress(message.Address, message.Uid);
        if (!_gossip.HasMember(node) || node.Equals(_self)) return;
        Update(_gossip.ChangedBy(_self, reachability: _gossip.Reachability.Set(_self, node, ReachabilityStatus.Terminated)));
        _cluster.Log.Warning($"marking node as TERMINATED [{node.Address}], due to quarantine");
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
