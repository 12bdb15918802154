using System.Collections.Immutable;
using Cluster.Actors.Topology;

namespace Cluster.Actors.Membership;

/// <summary>What to do now to be in the Akka cluster.</summary>
public enum JoinStep
{
    Wait,

    /// <summary>Join the formed cluster at <see cref="JoinDecision.Address"/>.</summary>
    Join,

    /// <summary>Ask <see cref="JoinDecision.Ask"/> for the right to form it.</summary>
    AskForGrants,

    /// <summary>Form it by joining oneself.</summary>
    Form,

    /// <summary>The own Akka cluster is not the one that the majority is in: leave it by building a new ActorSystem.</summary>
    Rebuild,
}

public readonly record struct JoinDecision(JoinStep Step, string Address, ImmutableArray<string> Ask);

/// <summary>
/// How the nodes of one cluster find into one Akka cluster, without a fixed first seed. Pure: time and what was heard come in,
/// a decision goes out. Membership is advice (no shard depends on it), so being late or wrong here costs status, not data.
/// Invariants:
/// J1 A node forms an Akka cluster only with grants of a majority of the nodes that it knows, itself included.
/// J2 A node grants one candidate per <see cref="GrantMicros"/>, and none while it is in, or knows of, a formed cluster.
/// Nothing is durable: a process that forgets its grant could at worst help a second cluster into being, which the
/// <see cref="JoinStep.Rebuild"/> rule merges.
/// </summary>
public sealed class JoinCore(NodeEntry self)
{
    public const long GrantMicros = 30_000_000;

    /// <summary>A grant is worth something to the candidate for a shorter time than the giver keeps it.</summary>
    private const long GrantUseMicros = 10_000_000;

    private const long FreshMicros = 2_000_000;

    /// <summary>For how long the majority must be seen elsewhere before the own cluster is given up.</summary>
    private const long ElsewhereMicros = 5_000_000;

    /// <summary>For how long a welcomed node must be unknown to a formed cluster before it tries afresh.</summary>
    private const long StrandedMicros = 8_000_000;

    private readonly Dictionary<Guid, (ContactInfo Info, long At)> _contacts = [];
    private readonly Dictionary<Guid, long> _granted = [];
    private Guid _grantedTo;
    private long _grantedAt = long.MinValue / 2;
    private long _elsewhereSince = long.MaxValue;
    private long _strandedSince = long.MaxValue;

    public void Heard(ContactInfo info, long now)
    {
        if (info.Node.Id != self.Id) _contacts[info.Node.Id] = (info, now);
    }

    /// <summary>Address of a formed cluster of this cluster id that a peer is in, or "".</summary>
    public string FormedElsewhere(TopologyContent topology, long now)
    {
        foreach (var (_, contact) in _contacts)
            if (IsFresh(contact.At, now) && contact.Info.ClusterId == topology.ClusterId && contact.Info.Formed.Length > 0)
                return contact.Info.Formed;
        return "";
    }

    /// <param name="joined">This node is a member of an Akka cluster with these node ids; empty while it is not Up in one.</param>
    /// <param name="welcomed">A member has let this node in, but it is not Up yet.</param>
    public JoinDecision Decide(TopologyContent topology, ImmutableArray<Guid> joined, bool welcomed, long now)
    {
        if (IsStranded(topology, welcomed, now)) return new JoinDecision(JoinStep.Rebuild, "", []);
        if (joined.Length > 0) return new JoinDecision(IsElsewhere(topology, joined, now) ? JoinStep.Rebuild : JoinStep.Wait, "", []);

        string formed = FormedElsewhere(topology, now);
        if (formed.Length > 0) return new JoinDecision(JoinStep.Join, formed, []);

        var reachable = ImmutableArray.CreateBuilder<string>();
        var lowest = self.Remote;
        int known = topology.Nodes.Length;
        int grants = 0;
        foreach (var node in topology.Nodes)
        {
            if (node.Id == self.Id)
            {
                if (Grants(self.Id, now)) grants++;
                continue;
            }

            if (!_contacts.TryGetValue(node.Id, out var contact) || !IsFresh(contact.At, now)) continue;
            reachable.Add(contact.Info.Node.Remote);
            if (string.CompareOrdinal(contact.Info.Node.Remote, lowest) < 0) lowest = contact.Info.Node.Remote;
            if (_granted.TryGetValue(node.Id, out long at) && now - at <= GrantUseMicros) grants++;
        }

        bool majority = (reachable.Count + 1) * 2 > known;
        if (!majority || lowest != self.Remote) return new JoinDecision(JoinStep.Wait, "", []);
        if (grants * 2 <= known) return new JoinDecision(JoinStep.AskForGrants, "", reachable.ToImmutable());
        _grantedTo = self.Id;
        _grantedAt = now;
        return new JoinDecision(JoinStep.Form, self.Remote, []);
    }

    public bool OnRequest(Guid candidate, string formed, long now)
    {
        if (formed.Length > 0 || !Grants(candidate, now)) return false;
        _grantedTo = candidate;
        _grantedAt = now;
        return true;
    }

    public void OnAnswer(Guid from, bool granted, long now)
    {
        if (granted) _granted[from] = now;
        else _granted.Remove(from);
    }

    /// <summary>
    /// The member that welcomed this node died before it told anybody: the others do not know this node and ignore what it says, and
    /// a system that was welcomed cannot join again.
    /// </summary>
    private bool IsStranded(TopologyContent topology, bool welcomed, long now)
    {
        bool unknown = false;
        foreach (var (_, contact) in _contacts)
        {
            if (!IsFresh(contact.At, now) || contact.Info.ClusterId != topology.ClusterId || contact.Info.Formed.Length == 0) continue;
            if (contact.Info.Members.Contains(self.Id)) return Stranded(false, now);
            unknown = true;
        }

        return Stranded(welcomed && unknown, now);
    }

    private bool Stranded(bool stranded, long now)
    {
        if (!stranded) _strandedSince = long.MaxValue;
        else if (_strandedSince == long.MaxValue) _strandedSince = now;
        return stranded && now - _strandedSince >= StrandedMicros;
    }

    private bool Grants(Guid candidate, long now) => _grantedTo == candidate || now - _grantedAt > GrantMicros;

    private bool IsElsewhere(TopologyContent topology, ImmutableArray<Guid> joined, long now)
    {
        bool elsewhere = false;
        foreach (var (id, contact) in _contacts)
        {
            if (!IsFresh(contact.At, now) || contact.Info.ClusterId != topology.ClusterId || contact.Info.TopologyEpoch > topology.Epoch) continue;
            if (joined.Contains(id) || contact.Info.Members.Contains(self.Id)) continue;
            int theirs = 0;
            foreach (var node in topology.Nodes)
                if (contact.Info.Members.Contains(node.Id)) theirs++;
            elsewhere |= theirs * 2 > topology.Nodes.Length;
        }

        if (!elsewhere) _elsewhereSince = long.MaxValue;
        else if (_elsewhereSince == long.MaxValue) _elsewhereSince = now;
        return elsewhere && now - _elsewhereSince >= ElsewhereMicros;
    }

    private static bool IsFresh(long at, long now) => now - at <= FreshMicros;
}
