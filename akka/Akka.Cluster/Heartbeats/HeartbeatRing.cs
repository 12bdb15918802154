using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Akka.Cluster.Heartbeats;

/// <summary>
/// Whom a node watches: on a ring ordered by uid (so that neighbours are random, not of one rack) the next N after itself. Unreachable ones
/// are watched on top, so that N living ones remain.
/// </summary>
internal static class HeartbeatRing
{
    public static ImmutableHashSet<UniqueAddress> Receivers(
        UniqueAddress self, IEnumerable<UniqueAddress> nodes, ICollection<UniqueAddress> unreachable, int monitoredBy)
    {
        var others = nodes.Where(n => !n.Equals(self)).ToList();
        if (others.Count <= monitoredBy) return others.ToImmutableHashSet();
        var ring = others.Append(self).OrderBy(static n => n.Uid).ThenBy(static n => n.Address, Member.AddressOrdering).ToList();
        int at = ring.IndexOf(self);
        var receivers = ImmutableHashSet.CreateBuilder<UniqueAddress>();
        int living = 0;
        for (int step = 1; step < ring.Count && living < monitoredBy; step++)
        {
            var node = ring[(at + step) % ring.Count];
            receivers.Add(node);
            if (!unreachable.Contains(node)) living++;
        }

        return receivers.ToImmutable();
    }
}
