using System.Collections.Generic;
using System.Collections.Immutable;
using Akka.Cluster.Membership;

namespace Akka.Cluster.SBR;

/// <summary>What a decision was taken for: the log.</summary>
internal enum DowningCause
{
    None,

    /// <summary>Nothing changed for stable-after.</summary>
    Stable,

    /// <summary>The changes do not end.</summary>
    Unstable,
}

/// <summary>
/// When to decide. Sees every state of the membership and the time (ms, from anywhere), and says whom to down. Pure.
/// The leader of a side decides for it, once it is a full member itself; that there is no end to the changes every node decides for itself.
/// </summary>
internal sealed class SplitBrainCore
{
    private readonly DowningStrategy _strategy;
    private readonly UniqueAddress _self;
    private readonly long _stableAfterMs;
    private readonly long _unstableAfterMs;
    private Gossip _gossip = Gossip.Empty;
    private ImmutableHashSet<UniqueAddress> _unreachable = ImmutableHashSet<UniqueAddress>.Empty;
    private long _stableAtMs = long.MaxValue;
    private long? _firstChangeMs;

    /// <param name="downAllWhenUnstableMs">0: never.</param>
    public SplitBrainCore(DowningStrategy strategy, UniqueAddress self, long stableAfterMs, long downAllWhenUnstableMs)
    {
        _strategy = strategy;
        _self = self;
        _stableAfterMs = stableAfterMs;
        _unstableAfterMs = downAllWhenUnstableMs == 0 ? long.MaxValue : stableAfterMs + downAllWhenUnstableMs;
    }

    public void Observe(Gossip gossip, long nowMs)
    {
        var unreachable = UnreachableOf(gossip);
        bool reachabilityChanged = !unreachable.SetEquals(_unreachable);
        if (reachabilityChanged || MembersChanged(_gossip, gossip)) _stableAtMs = nowMs + _stableAfterMs;
        if (reachabilityChanged) _firstChangeMs ??= nowMs;
        // All that was lost is being removed or has come back: the next change is the first of another story.
        if (unreachable.IsEmpty) _firstChangeMs = null;
        _gossip = gossip;
        _unreachable = unreachable;
    }

    /// <summary>Whom to down now; usually nobody. Asked again, it answers again: until the state shows that it was done.</summary>
    public ImmutableList<UniqueAddress> Decide(long nowMs, out DowningCause cause)
    {
        cause = DowningCause.None;
        if (_unreachable.IsEmpty) return ImmutableList<UniqueAddress>.Empty;
        var view = SplitView.Of(_gossip, _self);
        if (_firstChangeMs is { } first && nowMs - first > _unstableAfterMs)
        {
            cause = DowningCause.Unstable;
            return DowningDecision.All(view);
        }

        if (nowMs < _stableAtMs || !Decides) return ImmutableList<UniqueAddress>.Empty;
        cause = DowningCause.Stable;
        return DowningDecision.Decide(_strategy, view);
    }

    private bool Decides =>
        _self.Equals(_gossip.Leader(_self)) && _gossip.Find(_self) is { Status: MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Leaving };

    private ImmutableHashSet<UniqueAddress> UnreachableOf(Gossip gossip)
    {
        var unreachable = ImmutableHashSet.CreateBuilder<UniqueAddress>();
        foreach (var node in gossip.Unreachable)
        {
            if (!node.Equals(_self) && gossip.Find(node) is { Status: not (MemberStatus.Down or MemberStatus.Exiting) }) unreachable.Add(node);
        }

        return unreachable.ToImmutable();
    }

    /// <summary>Up, Exiting and Down change what a verdict is based on; newcomers and the leaving do not.</summary>
    private static bool MembersChanged(Gossip before, Gossip after)
    {
        if (ReferenceEquals(before.Members, after.Members)) return false;
        var old = new Dictionary<UniqueAddress, MemberStatus>();
        foreach (var member in before.Members) old[member.UniqueAddress] = member.Status;
        foreach (var member in after.Members)
        {
            if (member.Status is not (MemberStatus.Up or MemberStatus.Exiting or MemberStatus.Down)) continue;
            if (!old.TryGetValue(member.UniqueAddress, out var status) || status != member.Status) return true;
        }

        return false;
    }
}
