using System;
using Akka.Configuration;

namespace Akka.Cluster.SBR;

internal enum Verdict
{
    /// <summary>This side stays.</summary>
    DownUnreachable,

    /// <summary>This side goes.</summary>
    DownReachable,

    DownAll,
}

/// <summary>Which side of a clean cut stays. Pure: both sides come to matching verdicts if they know the same members.</summary>
internal abstract class DowningStrategy
{
    public static DowningStrategy Of(SplitBrainResolverSettings settings) => settings.DowningStrategy switch
    {
        SplitBrainResolverSettings.KeepMajorityName => new KeepMajority(settings.KeepMajorityRole),
        SplitBrainResolverSettings.StaticQuorumName => new StaticQuorum(settings.StaticQuorumSettings.Size, settings.StaticQuorumSettings.Role),
        SplitBrainResolverSettings.KeepOldestName => new KeepOldest(settings.KeepOldestSettings.DownIfAlone, settings.KeepOldestSettings.Role),
        SplitBrainResolverSettings.DownAllName => new DownEverybody(),
        _ => throw new ConfigurationException($"the strategy [{settings.DowningStrategy}] of akka.cluster.split-brain-resolver needs a lease, which is not available"),
    };

    public abstract Verdict Decide(SplitView view);

    /// <summary>
    /// To stay is the dangerous verdict: it holds only if it also holds for what the other side may know already. If not, nobody stays.
    /// </summary>
    protected static Verdict Cautiously(Verdict verdict, Func<Verdict> atWorst) =>
        verdict == Verdict.DownUnreachable && atWorst() != Verdict.DownUnreachable ? Verdict.DownAll : verdict;
}

/// <summary>The larger side stays; of two equal ones that with the lowest address.</summary>
internal sealed class KeepMajority(string role) : DowningStrategy
{
    public override Verdict Decide(SplitView view)
    {
        var sides = view.Considered(role);
        return sides.AreEmpty ? Verdict.DownAll : Cautiously(Compare(sides), () => Compare(view.AtWorst(role)));
    }

    private static Verdict Compare(Sides sides)
    {
        int balance = sides.Here.Count - sides.There.Count;
        if (balance == 0 && sides.Here.Count > 0) balance = -sides.Here[0].CompareTo(sides.There[0]);
        return balance > 0 ? Verdict.DownUnreachable : Verdict.DownReachable;
    }
}

/// <summary>A side with the quorum stays. More members than two quorums allow would let two sides stay: then nobody does.</summary>
internal sealed class StaticQuorum(int size, string role) : DowningStrategy
{
    public override Verdict Decide(SplitView view)
    {
        var sides = view.Considered(role);
        if (sides.Here.Count + sides.There.Count > (2 * size) - 1) return Verdict.DownAll;
        return sides.Here.Count >= size ? Verdict.DownUnreachable : Verdict.DownReachable;
    }
}

/// <summary>The side of the oldest member stays, unless that one is alone against several.</summary>
internal sealed class KeepOldest(bool downIfAlone, string role) : DowningStrategy
{
    public override Verdict Decide(SplitView view)
    {
        var sides = view.Considered(role);
        return sides.AreEmpty ? Verdict.DownAll : Cautiously(Compare(sides), () => Compare(view.AtWorst(role)));
    }

    private Verdict Compare(Sides sides)
    {
        var (here, there) = (Oldest(sides.Here), Oldest(sides.There));
        if (here is null) return Verdict.DownReachable;
        bool oldestIsHere = there is null || here.IsOlderThan(there);
        var (with, without) = oldestIsHere ? (sides.Here.Count, sides.There.Count) : (sides.There.Count, sides.Here.Count);
        bool sideOfOldestStays = !(downIfAlone && with == 1 && without >= 2);
        return oldestIsHere == sideOfOldestStays ? Verdict.DownUnreachable : Verdict.DownReachable;
    }

    private static Member Oldest(System.Collections.Generic.IReadOnlyList<Member> members)
    {
        Member oldest = null;
        foreach (var member in members)
            if (oldest is null || member.IsOlderThan(oldest)) oldest = member;
        return oldest;
    }
}

/// <summary>Nobody stays.</summary>
internal sealed class DownEverybody : DowningStrategy
{
    public override Verdict Decide(SplitView view) => Verdict.DownAll;
}
