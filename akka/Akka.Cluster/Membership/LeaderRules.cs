using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Akka.Cluster.Membership;

/// <summary>How many members must be there before anybody becomes Up: in all, and of each role.</summary>
internal readonly record struct MemberMinimum(int Total, ImmutableDictionary<string, int> OfRole)
{
    public bool IsMetBy(Gossip gossip)
    {
        if (gossip.Members.Count < Total) return false;
        foreach (var (role, minimum) in OfRole)
            if (gossip.Members.Count(m => m.HasRole(role)) < minimum) return false;
        return true;
    }
}

/// <summary>What the leader does with the members. Pure: the caller knows whether this node leads and whether the state has converged.</summary>
internal static class LeaderRules
{
    private const int NotUpYet = int.MaxValue;

    public readonly record struct Outcome(Gossip Gossip, ImmutableList<Member> Moved, ImmutableList<Member> Removed)
    {
        public bool IsNothing => Moved.IsEmpty && Removed.IsEmpty;
    }

    /// <summary>
    /// With convergence: newcomers become Up in address order, the Leaving become Exiting, and those on their way out who cannot be
    /// reached, or have confirmed their exit, go.
    /// </summary>
    public static Outcome OnConvergence(
        Gossip gossip, UniqueAddress self, ICollection<UniqueAddress> exitingConfirmed, MemberMinimum minimum, long nowUnixMs)
    {
        var moved = ImmutableList.CreateBuilder<Member>();
        var removed = ImmutableList.CreateBuilder<Member>();
        bool enough = minimum.IsMetBy(gossip);
        int youngest = 0;
        foreach (var member in gossip.Members)
            if (member.UpNumber != NotUpYet && member.UpNumber > youngest) youngest = member.UpNumber;
        foreach (var member in gossip.Members)
        {
            switch (member.Status)
            {
                case MemberStatus.Joining or MemberStatus.WeaklyUp when enough:
                    moved.Add(member.CopyUp(++youngest));
                    break;
                case MemberStatus.Leaving:
                    moved.Add(member.Copy(MemberStatus.Exiting));
                    break;
                case MemberStatus.Down or MemberStatus.Exiting when gossip.IsUnreachable(member.UniqueAddress):
                case MemberStatus.Exiting when exitingConfirmed.Contains(member.UniqueAddress):
                    // A leader that goes is removed by the next one.
                    if (!member.UniqueAddress.Equals(self)) removed.Add(member);
                    break;
            }
        }

        return Apply(gossip, self, moved.ToImmutable(), removed.ToImmutable(), nowUnixMs);
    }

    /// <summary>Without convergence for a while: newcomers who can be reached may begin to work.</summary>
    public static Outcome WithoutConvergence(Gossip gossip, UniqueAddress self, MemberMinimum minimum)
    {
        var moved = ImmutableList.CreateBuilder<Member>();
        if (minimum.IsMetBy(gossip))
        {
            foreach (var member in gossip.Members)
                if (member.Status == MemberStatus.Joining && !gossip.IsUnreachable(member.UniqueAddress)) moved.Add(member.Copy(MemberStatus.WeaklyUp));
        }

        return Apply(gossip, self, moved.ToImmutable(), ImmutableList<Member>.Empty, 0);
    }

    private static Outcome Apply(Gossip gossip, UniqueAddress self, ImmutableList<Member> moved, ImmutableList<Member> removed, long nowUnixMs)
    {
        if (moved.IsEmpty && removed.IsEmpty) return new Outcome(gossip, moved, removed);
        var members = gossip.Members.ToBuilder();
        foreach (var member in moved)
        {
            // Equality ignores the status: adding alone would keep the old one.
            members.Remove(member);
            members.Add(member);
        }

        var result = gossip.ChangedBy(self, members.ToImmutable());
        if (!removed.IsEmpty) result = result.Without(removed.ConvertAll(static m => m.UniqueAddress), nowUnixMs);
        return new Outcome(result, moved, removed);
    }
}
