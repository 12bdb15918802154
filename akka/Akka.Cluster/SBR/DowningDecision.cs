using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Akka.Cluster.SBR;

/// <summary>Whom to down. Pure.</summary>
internal static class DowningDecision
{
    /// <summary>In address order, this node last: it must have told of the others before it goes.</summary>
    public static ImmutableList<UniqueAddress> Decide(DowningStrategy strategy, SplitView view)
    {
        var indirect = view.IndirectlyConnected();
        if (indirect.IsEmpty) return Ordered(view, Downed(view, strategy.Decide(view)));

        // Those who are neither cut off nor well connected go. What cut remains between the others is decided as usual.
        if (view.Unreachable.Except(indirect).IsEmpty) return Ordered(view, indirect);
        var rest = view.WithoutComplaintsAmong(indirect);
        if (!rest.IndirectlyConnected().IsEmpty) return All(view);
        return Ordered(view, indirect.Union(Downed(rest, strategy.Decide(rest))));
    }

    public static ImmutableList<UniqueAddress> All(SplitView view) => Ordered(view, view.Members.Select(static m => m.UniqueAddress));

    /// <summary>Newcomers do not count in the verdict, but go with their side.</summary>
    private static IEnumerable<UniqueAddress> Downed(SplitView view, Verdict verdict) => view.Members
        .Where(m => verdict switch
        {
            Verdict.DownUnreachable => !view.IsReachable(m),
            Verdict.DownReachable => view.IsReachable(m),
            _ => true,
        })
        .Select(static m => m.UniqueAddress);

    private static ImmutableList<UniqueAddress> Ordered(SplitView view, IEnumerable<UniqueAddress> nodes) =>
        nodes.OrderBy(n => n.Equals(view.Self)).ThenBy(static n => n).ToImmutableList();
}
