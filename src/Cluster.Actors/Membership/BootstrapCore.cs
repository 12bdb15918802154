using System.Collections.Immutable;
using Cluster.Actors.Topology;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Membership;

/// <summary>
/// How nodes without a cluster agree on their first topology, once and for ever. Pure but for the store: no network, no clock.
/// When exactly <c>expect</c> of them see the same set, the lowest id proposes; each stores and confirms; the proposer commits
/// when all have confirmed; the others learn it from whoever has committed.
/// Invariants:
/// B1 A confirmation leaves only after the proposal is stored; "not committed" only after the refusal is stored.
/// B2 Only its proposer turns a proposal into a topology, and only with the confirmations of all nodes it names.
/// B3 A node holds at most one proposal; it takes another only when every member of the first has refused that one.
/// B4 Whoever has refused a proposal never confirms or commits it. So two proposals that share a node never both commit.
/// A crash leaves either the state before or after a save; every message is repeated by <see cref="Tick"/> until it is moot.
/// </summary>
public sealed class BootstrapCore
{
    /// <summary>How long after its last word a node still counts as seen, µs.</summary>
    public const long SeenMicros = 2_000_000;

    private readonly NodeEntry _self;
    private readonly int _expect;
    private readonly int _shards;
    private readonly int _replicas;
    private readonly IBootstrapStore _store;
    private readonly Func<Guid> _newId;
    private readonly Dictionary<Guid, (ContactInfo Info, long At)> _contacts = [];
    private readonly HashSet<Guid> _confirmed = [];
    private readonly HashSet<Guid> _abandonedBy = [];
    private Proposal? _abandoning;
    private BootstrapState _state;

    /// <param name="expect">bootstrap-expect; 0 = never propose, only join.</param>
    public BootstrapCore(NodeEntry self, int expect, int shards, int replicas, IBootstrapStore store, Func<Guid> newId)
    {
        _self = self;
        _expect = expect;
        _shards = shards;
        _replicas = replicas;
        _store = store;
        _newId = newId;
        _state = store.Load();
    }

    public BootstrapState State => _state;

    public TopologyContent? Committed => _state.Committed;

    /// <summary>Messages to send now, by full Akka address of the node. The caller takes and clears them.</summary>
    public List<(string Remote, IControlMessage Message)> Outbox { get; } = [];

    /// <summary>For the console: whom and what the node is waiting for. Empty when it waits for nothing.</summary>
    public string Waiting { get; private set; } = "";

    /// <summary>Ids of the nodes without a cluster heard lately, this one included, in order.</summary>
    public ImmutableArray<Guid> Sees(long now)
    {
        var seen = ImmutableArray.CreateBuilder<Guid>();
        seen.Add(_self.Id);
        foreach (var (id, contact) in _contacts)
            if (now - contact.At <= SeenMicros && contact.Info.ClusterId == Guid.Empty) seen.Add(id);
        seen.Sort();
        return seen.ToImmutable();
    }

    public void Heard(ContactInfo info, long now)
    {
        if (info.Node.Id == _self.Id) return;
        _contacts[info.Node.Id] = (info, now);
        if (_state.Committed is not null || info.ClusterId == Guid.Empty) return;

        // It has a cluster, we have none. If it is our proposal's, that is committed and we are in it; if it is another one,
        // our proposal has to be dead first (B3). Either way the announcement brings the topology.
        if (_state.Stored is null || _state.Stored.Content.ClusterId == info.ClusterId || _state.Refused.Contains(_state.Stored.Id))
            Outbox.Add((info.Node.Remote, new Announce(_self, info.ClusterId, Forwarded: false)));
        else
            Abandon(_state.Stored);
    }

    public void Tick(long now)
    {
        if (_state.Committed is not null)
        {
            Waiting = "";
            return;
        }

        if (_abandoning is not null)
        {
            AskToAbandon();
            return;
        }

        var seen = Sees(now);
        bool agreed = _expect > 0 && seen.Length == _expect && AllSee(seen);
        if (_state.Stored is { } held)
        {
            bool otherSet = agreed && seen[0] == _self.Id && !SameNodes(held, seen);
            if (otherSet) Abandon(held);
            else if (held.Proposer == _self.Id) Drive(held);
            else Waiting = $"waiting for {NameOf(held, held.Proposer)}, which proposed the cluster that this node has confirmed; if that node is gone for good, clear the data folder of {_self.Name} and of the others that confirmed it";
            return;
        }

        if (_expect == 0) Waiting = "waiting for a node of a cluster to join, at the configured seed nodes";
        else if (!agreed) Waiting = $"waiting for {_expect} nodes with bootstrap-expect = {_expect} that see each other; seen: {Names(seen)}";
        else if (seen[0] != _self.Id) Waiting = $"waiting for the proposal of {Names([seen[0]])}";
        else ProposeTo(seen);
    }

    public void On(Propose message, string sender)
    {
        var proposal = message.Proposal;
        if (_state.Committed is { } committed) Reply(sender, new TopologyCommitted(committed));
        else if (_state.Refused.Contains(proposal.Id)) Reply(sender, new ProposalRefused(proposal.Id, _self.Id));
        else if (!proposal.Names(_self.Id) || proposal.Content.Nodes.Length != _expect) return;
        else if (_state.Stored?.Id == proposal.Id) Reply(sender, new ProposalConfirmed(proposal.Id, _self.Id));
        else if (_state.Stored is { } held && !message.Dead.Contains(held.Id)) Reply(sender, new ProposalConflict(proposal.Id, _self.Id, held));
        else
        {
            Save(_state with { Stored = proposal, Refused = Refuse(message.Dead) });
            Reply(sender, new ProposalConfirmed(proposal.Id, _self.Id));
        }
    }

    public void On(ProposalConfirmed message)
    {
        if (_state.Stored is not { } held || held.Id != message.Proposal || held.Proposer != _self.Id || _state.Committed is not null) return;
        if (_state.Refused.Contains(held.Id) || !held.Names(message.Node)) return;
        _confirmed.Add(message.Node);
        CommitIfAllConfirmed(held);
    }

    public void On(ProposalConflict message)
    {
        if (_state.Committed is null && _state.Stored?.Id == message.Proposal && !_state.Refused.Contains(message.Held.Id)) Abandon(message.Held);
        else if (_state.Stored?.Id == message.Proposal && FindRemote(message.Node) is { } remote)
            Reply(remote, new Propose(_state.Stored, _state.Refused));
    }

    public void On(AbandonProposal message, string sender)
    {
        if (_state.Committed is { } committed)
        {
            // Ours may be the very proposal, or another: the asker sees the cluster id and joins it or goes on.
            Reply(sender, new TopologyCommitted(committed));
            return;
        }

        if (!_state.Refused.Contains(message.Proposal)) Save(_state with { Refused = Refuse([message.Proposal]) });
        Reply(sender, new ProposalRefused(message.Proposal, _self.Id));
    }

    public void On(ProposalRefused message)
    {
        if (_abandoning is { } dying && dying.Id == message.Proposal)
        {
            _abandonedBy.Add(message.Node);
            foreach (var node in dying.Content.Nodes)
                if (!_abandonedBy.Contains(node.Id)) return;

            _abandoning = null;
            _abandonedBy.Clear();
            Save(_state with { Stored = _state.Stored?.Id == dying.Id ? null : _state.Stored, Refused = Refuse([dying.Id]) });
        }
        else if (_state.Stored is { } held && held.Id == message.Proposal && held.Proposer == _self.Id && _state.Committed is null)
        {
            // A member will never confirm it: it cannot commit. Make that durable everywhere, then start again.
            Abandon(held);
        }
    }

    public void On(TopologyCommitted message)
    {
        var content = message.Content;
        if (_state.Committed is not null || content.Find(_self.Id) is null) return;
        if (_state.Stored is { } held && held.Content.ClusterId != content.ClusterId && !_state.Refused.Contains(held.Id)) return;
        Save(new BootstrapState(null, _state.Refused, content));
    }

    /// <summary>A newer topology of the same cluster, from the meta shard: kept for the next cold start.</summary>
    public void Keep(TopologyContent newer)
    {
        if (_state.Committed is { } own && own.ClusterId == newer.ClusterId && newer.Epoch > own.Epoch) Save(_state with { Committed = newer });
    }

    private void ProposeTo(ImmutableArray<Guid> nodes)
    {
        var entries = new List<NodeEntry>(nodes.Length);
        foreach (var id in nodes) entries.Add(id == _self.Id ? _self : _contacts[id].Info.Node);
        var content = TopologyContent.Initial(_newId(), _shards, _replicas, entries);
        var proposal = new Proposal(_newId(), _self.Id, content);
        Save(_state with { Stored = proposal });
        _confirmed.Clear();
        Drive(proposal);
    }

    private void Drive(Proposal proposal)
    {
        if (_state.Refused.Contains(proposal.Id))
        {
            Abandon(proposal);
            return;
        }

        _confirmed.Add(_self.Id);
        var missing = new List<string>();
        foreach (var node in proposal.Content.Nodes)
        {
            if (_confirmed.Contains(node.Id)) continue;
            missing.Add(node.Name);
            // The node may have moved since: its own word beats the proposal's.
            Reply(FindRemote(node.Id) ?? node.Remote, new Propose(proposal, _state.Refused));
        }

        Waiting = missing.Count == 0 ? "" : $"waiting for {string.Join(", ", missing)} to confirm the new cluster";
        CommitIfAllConfirmed(proposal);
    }

    private void CommitIfAllConfirmed(Proposal proposal)
    {
        foreach (var node in proposal.Content.Nodes)
            if (!_confirmed.Contains(node.Id)) return;

        Save(new BootstrapState(null, _state.Refused, proposal.Content));
        Waiting = "";
        foreach (var node in proposal.Content.Nodes)
            if (node.Id != _self.Id) Reply(FindRemote(node.Id) ?? node.Remote, new TopologyCommitted(proposal.Content));
    }

    private void Abandon(Proposal proposal)
    {
        if (_abandoning?.Id == proposal.Id) return;
        _abandoning = proposal;
        _abandonedBy.Clear();
        AskToAbandon();
    }

    private void AskToAbandon()
    {
        var dying = _abandoning!;
        if (dying.Names(_self.Id) && _abandonedBy.Add(_self.Id) && !_state.Refused.Contains(dying.Id))
            Save(_state with { Refused = Refuse([dying.Id]) });

        var missing = new List<string>();
        foreach (var node in dying.Content.Nodes)
        {
            if (_abandonedBy.Contains(node.Id)) continue;
            missing.Add(node.Name);
            Reply(FindRemote(node.Id) ?? node.Remote, new AbandonProposal(dying.Id));
        }

        if (missing.Count == 0) On(new ProposalRefused(dying.Id, _self.Id));
        else Waiting = $"waiting for {string.Join(", ", missing)} to give up an earlier proposal; if such a node is gone for good, clear the data folders of the nodes that confirmed it";
    }

    private void Save(BootstrapState state)
    {
        _store.Save(state);
        _state = state;
    }

    private ImmutableArray<Guid> Refuse(ImmutableArray<Guid> proposals)
    {
        var refused = _state.Refused;
        foreach (var id in proposals)
            if (!refused.Contains(id)) refused = refused.Add(id);
        return refused;
    }

    private bool AllSee(ImmutableArray<Guid> seen)
    {
        foreach (var id in seen)
        {
            if (id == _self.Id) continue;
            var info = _contacts[id].Info;
            if (info.Expect != _expect || !info.Sees.AsSpan().SequenceEqual(seen.AsSpan())) return false;
        }

        return true;
    }

    private static bool SameNodes(Proposal proposal, ImmutableArray<Guid> nodes)
    {
        if (proposal.Content.Nodes.Length != nodes.Length) return false;
        foreach (var id in nodes)
            if (!proposal.Names(id)) return false;
        return true;
    }

    private string? FindRemote(Guid node) => _contacts.TryGetValue(node, out var contact) ? contact.Info.Node.Remote : null;

    private static string NameOf(Proposal proposal, Guid node) => proposal.Content.Find(node)?.Name ?? node.ToString();

    private string Names(ImmutableArray<Guid> nodes) =>
        string.Join(", ", nodes.Select(id => id == _self.Id ? _self.Name : _contacts[id].Info.Node.Name));

    private void Reply(string remote, IControlMessage message) => Outbox.Add((remote, message));
}
