namespace Akka.Cluster.Membership;

/// <summary>What a node makes of a state that it receives. Pure, so that exchanges over any network can be simulated.</summary>
internal static class GossipExchange
{
    /// <summary>Not addressed to this incarnation, from a stranger or from one that cannot be reached, or of a cluster that this node is not in.</summary>
    public static bool IsAcceptable(Gossip local, UniqueAddress self, UniqueAddress from, UniqueAddress to, Gossip remote) =>
        to.Equals(self)
        && local.HasMember(self)
        && remote.HasMember(self)
        && local.HasMember(from)
        && local.Reachability.IsReachable(self, from);

    /// <param name="talkback">The sender should be told at once: it lacks something, or does not know that this node has it now.</param>
    public static Gossip Receive(Gossip local, Gossip remote, UniqueAddress self, out bool talkback)
    {
        switch (remote.Version.CompareTo(local.Version))
        {
            case ClockOrder.Same:
                talkback = !remote.IsSeenBy(self);
                return remote.MergeSeen(local);
            case ClockOrder.Before:
                talkback = true;
                return local;
            case ClockOrder.After:
                talkback = !remote.IsSeenBy(self);
                return remote;
            default:
                talkback = true;
                return remote.Merge(local);
        }
    }
}
