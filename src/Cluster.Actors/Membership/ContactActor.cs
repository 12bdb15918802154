using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Cluster.Actors.Shards;
using Cluster.Actors.Topology;

namespace Cluster.Actors.Membership;

using Akka.Cluster;
using AkkaCluster = Akka.Cluster.Cluster;

/// <summary>
/// How a node finds its cluster: exchanges <see cref="ContactInfo"/> with the seed nodes and with every node of its topology,
/// drives <see cref="BootstrapCore"/> until there is a topology, then <see cref="JoinCore"/> until the node is in the Akka cluster
/// of the others, and keeps watch over both. Path: /user/node/bootstrap. Runs on the blocking dispatcher: the core's saves sync.
///
/// state    | what happens                                            | leaves when
/// Asking   | contacts only: is the identity free, is it our cluster? | everybody answered, or the identity wait is over
/// Forming  | + bootstrap core                                        | a topology is committed (at once if one is on disk)
/// Settled  | + Akka join, announcements, newer topologies            | never
/// </summary>
public sealed class ContactActor : ReceiveActor, IWithTimers
{
    public const string Name = "bootstrap";

    private const long ProbeEveryMicros = 300_000;
    private const long SettledProbeEveryMicros = 1_000_000;
    private const long RejoinMicros = 10_000_000;
    private const long AnnounceEveryMicros = 1_000_000;

    /// <summary>A node not heard of for this long does not keep its name from a newcomer.</summary>
    private const long NameHeldMicros = 4_000_000;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly ContactSettings _settings;
    private readonly NodeContext _node;
    private readonly BootstrapCore _bootstrap;
    private readonly JoinCore _join;
    private readonly MonotonicClock _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<Guid, (ContactInfo Info, long At)> _contacts = [];
    private readonly HashSet<string> _answered = [];
    private readonly long _startedAt;
    private Phase _phase = Phase.Asking;
    private string _waiting = "";
    private string _quarrel = "";
    private long _probedAt = long.MinValue / 2;
    private long _joinedAt = long.MinValue / 2;
    private long _announcedAt = long.MinValue / 2;
    private bool _ended;

    public ContactActor(NodeContext node)
    {
        var settings = node.Contact;
        _node = node;
        _settings = settings;
        _clock = new MonotonicClock(node.Time);
        _bootstrap = new BootstrapCore(settings.Self, settings.Expect, settings.Shards, settings.Replicas, node.BootstrapStore, Guid.NewGuid);
        _join = new JoinCore(settings.Self);
        _startedAt = Now;

        Receive<Tick>(_ => OnTick());
        Receive<ContactInfo>(OnContact);
        Receive<Propose>(OnPropose);
        Receive<ProposalConfirmed>(OnConfirmed);
        Receive<ProposalConflict>(OnConflict);
        Receive<AbandonProposal>(OnAbandon);
        Receive<ProposalRefused>(OnProposalRefused);
        Receive<TopologyCommitted>(OnTopologyCommitted);
        Receive<TopologyChanged>(OnTopologyChanged);
        Receive<TopologyRequest>(_ => OnTopologyRequest());
        Receive<Announce>(OnAnnounce);
        Receive<AnnounceRefused>(OnAnnounceRefused);
        Receive<GrantRequest>(OnGrantRequest);
        Receive<GrantAnswer>(OnGrantAnswer);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private long Now => _clock.Now;

    public static Props Props(NodeContext node) =>
        Akka.Actor.Props.Create(() => new ContactActor(node)).WithDispatcher("akka.actor.default-blocking-io-dispatcher");

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("tick", Tick.Instance, TickInterval);
        OnTick();
    }

    private void OnTick()
    {
        if (_ended) return;
        long now = Now;
        if (now - _probedAt >= (_phase == Phase.Settled ? SettledProbeEveryMicros : ProbeEveryMicros)) Probe(now);

        if (_phase == Phase.Asking && (EverybodyAnswered() || now - _startedAt >= _settings.IdentityWait.TotalMicroseconds))
        {
            _phase = Phase.Forming;
        }

        if (_phase == Phase.Forming)
        {
            _bootstrap.Tick(now);
            Flush();
            Report(_bootstrap.Waiting);
            SettleIfCommitted();
        }

        if (_phase == Phase.Settled) FollowJoinRule(now);
    }

    // Contacts

    private void Probe(long now)
    {
        _probedAt = now;
        var info = OwnInfo(isAnswer: false, now);
        foreach (string remote in ContactPoints()) At(remote).Tell(info, Self);
    }

    private void OnContact(ContactInfo info)
    {
        if (_ended) return;
        long now = Now;
        if (!info.IsAnswer) Sender.Tell(OwnInfo(isAnswer: true, now), Self);
        _answered.Add(info.Node.Remote);
        if (info.Node.Id == _settings.Self.Id)
        {
            OnSameIdentity(info);
            return;
        }

        if (IsStranger(info))
        {
            OnStranger(info, now);
            return;
        }

        if (info.Node.Name == _settings.Self.Name && IsElder(info) && Topology?.Find(info.Node.Id) is null)
        {
            Refuse($"the name {info.Node.Name} belongs to the living node {info.Node.Id} at {info.Node.Remote}: give this node another cluster.node-name");
            return;
        }

        _contacts[info.Node.Id] = (info, now);
        _join.Heard(info, now);
        if (_phase == Phase.Asking) return;
        _bootstrap.Heard(info, now);
        Flush();
        if (_phase == Phase.Settled && info.TopologyEpoch > Topology!.Epoch) Sender.Tell(new TopologyRequest(), Self);
    }

    private void OnSameIdentity(ContactInfo info)
    {
        if (info.ProcessId == _settings.ProcessId || !IsElder(info)) return;
        Refuse($"node {info.Node.Id} already runs at {info.Node.Remote} (name {info.Node.Name}): this data folder is a copy of its folder; a new node starts with an empty one");
    }

    private bool IsStranger(ContactInfo info) =>
        info.ClusterId != Guid.Empty && Topology is { } own && info.ClusterId != own.ClusterId;

    private void OnStranger(ContactInfo info, long now)
    {
        string line = $"this node's data folder belongs to cluster {Topology!.ClusterId}, but {info.Node.Name} at {info.Node.Remote} belongs to cluster {info.ClusterId}: check data-dir and seed-nodes";
        if (info.Established && IsElder(info) && !SeesMajority(now)) Refuse(line);
        else if (_quarrel != line) _log.Error(_quarrel = line);
    }

    /// <summary>Of two that cannot both be, the later start gives way, and a start to what has been established.</summary>
    private bool IsElder(ContactInfo other) => (other.Established, _phase == Phase.Settled) switch
    {
        (true, false) => true,
        (false, true) => false,
        _ => (other.StartedAt, other.ProcessId).CompareTo((_settings.StartedAt, _settings.ProcessId)) < 0,
    };

    private bool SeesMajority(long now)
    {
        int seen = 1;
        foreach (var node in Topology!.Nodes)
            if (_contacts.TryGetValue(node.Id, out var contact) && now - contact.At <= BootstrapCore.SeenMicros) seen++;
        return seen > 1 && seen * 2 > Topology.Nodes.Length;
    }

    private ContactInfo OwnInfo(bool isAnswer, long now)
    {
        var joined = JoinedNodes(out string formed);
        return new ContactInfo(
            isAnswer, _settings.Self, _settings.ProcessId, _settings.StartedAt, _phase == Phase.Settled, Topology?.ClusterId ?? Guid.Empty,
            _settings.Expect, _bootstrap.Sees(now), formed, joined, Topology?.Epoch ?? 0);
    }

    private HashSet<string> ContactPoints()
    {
        var remotes = new HashSet<string>(_settings.Seeds, StringComparer.Ordinal);
        if (Topology is { } topology)
            foreach (var node in topology.Nodes) remotes.Add(node.Remote);
        foreach (var (_, contact) in _contacts) remotes.Add(contact.Info.Node.Remote);
        remotes.Remove(_settings.Self.Remote);
        return remotes;
    }

    private bool EverybodyAnswered()
    {
        foreach (string remote in ContactPoints())
            if (!_answered.Contains(remote)) return false;
        return true;
    }

    // Bootstrap

    private void OnPropose(Propose message)
    {
        if (_phase != Phase.Asking && RemoteOf(message.Proposal.Proposer, message.Proposal) is { } remote) _bootstrap.On(message, remote);
        AfterBootstrapMessage();
    }

    private void OnConfirmed(ProposalConfirmed message)
    {
        _bootstrap.On(message);
        AfterBootstrapMessage();
    }

    private void OnConflict(ProposalConflict message)
    {
        _bootstrap.On(message);
        AfterBootstrapMessage();
    }

    private void OnAbandon(AbandonProposal message)
    {
        _bootstrap.On(message, "");
        // The asker is known by its actor only.
        foreach (var (_, answer) in _bootstrap.Outbox) Sender.Tell(answer, Self);
        _bootstrap.Outbox.Clear();
    }

    private void OnProposalRefused(ProposalRefused message)
    {
        _bootstrap.On(message);
        AfterBootstrapMessage();
    }

    private void AfterBootstrapMessage()
    {
        Flush();
        SettleIfCommitted();
    }

    private string? RemoteOf(Guid node, Proposal proposal) =>
        _contacts.TryGetValue(node, out var contact) ? contact.Info.Node.Remote : proposal.Content.Find(node)?.Remote;

    private void SettleIfCommitted()
    {
        if (_phase != Phase.Forming || Topology is not { } topology) return;
        _phase = Phase.Settled;
        Report("");
        Context.Parent.Tell(new TopologyKnown(topology));
    }

    private void Flush()
    {
        foreach (var (remote, message) in _bootstrap.Outbox)
            if (remote.Length > 0) At(remote).Tell(message, Self);
        _bootstrap.Outbox.Clear();
    }

    // Topology

    private TopologyContent? Topology => _bootstrap.Committed;

    private void OnTopologyCommitted(TopologyCommitted message)
    {
        if (_phase == Phase.Asking) return;
        if (Topology is null)
        {
            _bootstrap.On(message);
            SettleIfCommitted();
        }
        else if (message.Content.ClusterId == Topology.ClusterId && message.Content.Epoch > Topology.Epoch)
        {
            Context.Parent.Tell(new TopologyKnown(message.Content));
        }
    }

    private void OnTopologyRequest()
    {
        if (Topology is { } topology) Sender.Tell(new TopologyCommitted(topology), Self);
    }

    /// <summary>The node's topology actor has taken up a newer content: it is kept for the next start.</summary>
    private void OnTopologyChanged(TopologyChanged message) => _bootstrap.Keep(message.Content);

    /// <summary>
    /// Names are settled where they are decided: at the leader of the meta shard, by whether their holder has been heard of lately.
    /// </summary>
    private void OnAnnounce(Announce message)
    {
        if (_phase != Phase.Settled || message.ClusterId != Topology!.ClusterId) return;
        if (Topology.Find(message.Node.Id) == message.Node)
        {
            Sender.Tell(new TopologyCommitted(Topology), Self);
            return;
        }

        var leader = _node.Shards?.Directory[ShardId.Meta].Leadership.Leader;
        if (leader is null) return;
        if (leader != _settings.Self.Id)
        {
            if (Topology.Find(leader.Value) is { } node && !message.Forwarded) At(node.Remote).Tell(message with { Forwarded = true }, Sender);
            return;
        }

        long now = Now;
        foreach (var holder in Topology.Nodes)
        {
            if (holder.Name != message.Node.Name || holder.Id == message.Node.Id) continue;
            bool lives = holder.Id == _settings.Self.Id || (_contacts.TryGetValue(holder.Id, out var contact) && now - contact.At <= NameHeldMicros);
            if (!lives) continue;
            Sender.Tell(new AnnounceRefused($"the name {holder.Name} belongs to the living node {holder.Id} at {holder.Remote}: give this node another cluster.node-name"), Self);
            return;
        }

        Context.ActorSelection($"/user/node/{TopologyActor.Name}").Tell(message, Sender);
    }

    private void OnAnnounceRefused(AnnounceRefused message)
    {
        if (Topology?.Find(_settings.Self.Id) is null) Refuse(message.Text);
        else _log.Error("the cluster does not take the announcement of this node: {0}", message.Text);
    }

    // Akka membership

    private void FollowJoinRule(long now)
    {
        AnnounceIfMoved(now);
        var topology = Topology!;
        var joined = JoinedNodes(out _);
        var cluster = AkkaCluster.Get(Context.System);
        var decision = _join.Decide(topology, joined, cluster.SelfMember.Status == MemberStatus.Joining, now);
        if (decision.Step != JoinStep.Rebuild && now - _joinedAt < RejoinMicros) return;
        switch (decision.Step)
        {
            case JoinStep.Join:
                _joinedAt = now;
                _log.Info("joining the Akka cluster at {0}", decision.Address);
                cluster.JoinSeedNodes([Address.Parse(decision.Address)]);
                break;
            case JoinStep.Form:
                _joinedAt = now;
                _log.Info("forming the Akka cluster");
                cluster.JoinSeedNodes([cluster.SelfAddress]);
                break;
            case JoinStep.AskForGrants:
                _join.OnAnswer(_settings.Self.Id, _join.OnRequest(_settings.Self.Id, "", now), now);
                foreach (string remote in decision.Ask) At(remote).Tell(new GrantRequest(_settings.Self.Id, _settings.ProcessId), Self);
                break;
            case JoinStep.Rebuild:
                End();
                _node.Host.RebuildNeeded("the others are in an Akka cluster that does not know this node");
                break;
            case JoinStep.Wait:
                break;
        }
    }

    /// <summary>The topology shows other addresses or another name for this node than it has now.</summary>
    private void AnnounceIfMoved(long now)
    {
        if (Topology!.Find(_settings.Self.Id) == _settings.Self || now - _announcedAt < AnnounceEveryMicros) return;
        _announcedAt = now;
        var message = new Announce(_settings.Self, Topology.ClusterId, Forwarded: false);
        if (_node.LeadsMeta) Self.Tell(message, Self);
        else
            foreach (string remote in ContactPoints()) At(remote).Tell(message, Self);
    }

    private void OnGrantRequest(GrantRequest message)
    {
        if (_phase != Phase.Settled) return;
        long now = Now;
        JoinedNodes(out string formed);
        if (formed.Length == 0) formed = _join.FormedElsewhere(Topology!, now);
        Sender.Tell(new GrantAnswer(_settings.Self.Id, _join.OnRequest(message.Candidate, formed, now), formed), Self);
    }

    private void OnGrantAnswer(GrantAnswer message)
    {
        if (_phase == Phase.Settled) _join.OnAnswer(message.Node, message.Granted, Now);
    }

    /// <summary>Nodes of the topology that are members of the Akka cluster that this one is in; empty if it is in none.</summary>
    private ImmutableArray<Guid> JoinedNodes(out string formed)
    {
        formed = "";
        if (_phase != Phase.Settled) return [];
        var cluster = AkkaCluster.Get(Context.System);
        if (!cluster.IsUp) return [];
        formed = _settings.Self.Remote;
        var joined = ImmutableArray.CreateBuilder<Guid>();
        foreach (var member in cluster.State.Members)
        {
            string remote = member.Address.ToString();
            foreach (var node in Topology!.Nodes)
                if (node.Remote == remote) joined.Add(node.Id);
        }

        if (!joined.Contains(_settings.Self.Id)) joined.Add(_settings.Self.Id);
        return joined.ToImmutable();
    }

    private static ActorSelection At(string remote) => Context.ActorSelection($"{remote}/user/node/{Name}");

    private void Report(string waiting)
    {
        if (_waiting == waiting) return;
        _waiting = waiting;
        _node.Host.Waiting(waiting);
    }

    private void Refuse(string line)
    {
        if (_ended) return;
        End();
        _node.Host.Refused(line);
    }

    private void End()
    {
        _ended = true;
        Timers.CancelAll();
    }

    private enum Phase
    {
        Asking,
        Forming,
        Settled,
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
