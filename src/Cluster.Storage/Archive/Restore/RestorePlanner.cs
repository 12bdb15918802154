using System.Globalization;
using Cluster.Storage.Archive.Chain;
using Cluster.Storage.Archive.Layout;

namespace Cluster.Storage.Archive.Restore;

/// <summary>
/// What to read for a restore, and whether it can be done. Pure: a function of the chains.
///
/// Invariants:
/// P1. A plan without a problem reads, for every shard, a snapshot or the first record and every record from there through the target, without a hole.
/// P2. Of the starts that lead to the target the last one is taken: it reads least.
/// P3. A time is reached by a shard only if the shard's chain has a record of that moment or a later one, or ends with it: a moment up to which it is not known to be complete is
///     out of range. (Idle shards commit records of the time.)
/// </summary>
public static class RestorePlanner
{
    public static RestorePlan Plan(IReadOnlyList<ShardChains> shards, RestoreTarget target)
    {
        var plans = new List<ShardRestorePlan>();
        var problems = new List<RestoreProblem>();
        var holes = new List<ArchiveHole>();
        var possible = Possible(shards);
        foreach (var shard in shards)
        {
            holes.AddRange(shard.Holes);
            if (target.Records.TryGetValue(shard.Shard, out var lsn))
                Take(PlanRecord(shard, lsn));
            else if (!target.OnlyRecords)
                Take(target.Time is { } time ? PlanTime(shard, time, possible) : PlanLatest(shard));
        }

        foreach (var (shard, _) in target.Records)
        {
            if (!shards.Any(item => item.Shard == shard))
                problems.Add(new(RestoreObstacle.NoStart, shard, $"{ArchiveNames.Shard(shard)} is not in the archive."));
        }

        return new RestorePlan(plans, problems, holes, possible);

        void Take((ShardRestorePlan? Plan, RestoreProblem? Problem) result)
        {
            if (result.Plan is { } plan && Forked(shards, plan) is { } fork)
                problems.Add(fork);
            else if (result.Plan is not null)
                plans.Add(result.Plan);
            if (result.Problem is not null)
                problems.Add(result.Problem);
        }
    }

    /// <summary>Null if a shard has no chain. Holes between are not told here: a time in one is a problem of its own.</summary>
    public static RestoreRange? Possible(IReadOnlyList<ShardChains> shards)
    {
        if (shards.Count == 0)
            return null;
        var (from, born, through) = (long.MinValue, long.MaxValue, long.MaxValue);
        foreach (var shard in shards)
        {
            if (shard.Chains.Count == 0)
                return null;

            // Before its first record a shard is empty: that is known as well, so such shards do not narrow the range.
            var first = shard.Chains.Min(static chain => chain.StartTime);
            if (shard.Chains.Any(static chain => chain.Start is null))
                born = Math.Min(born, first);
            else
                from = Math.Max(from, first);
            through = Math.Min(through, shard.Chains.Max(static chain => chain.EndTime));
        }

        return new RestoreRange(from == long.MinValue ? born : from, through);
    }

    /// <summary>As people read it: UTC with microseconds.</summary>
    public static string Moment(long microseconds) =>
        DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static (ShardRestorePlan? Plan, RestoreProblem? Problem) PlanLatest(ShardChains shard) => shard.Newest is { } newest
        ? (new ShardRestorePlan(shard.Shard, newest, newest.Steps, newest.End, null), null)
        : (null, NoStart(shard));

    private static (ShardRestorePlan? Plan, RestoreProblem? Problem) PlanRecord(ShardChains shard, Lsn lsn)
    {
        var chain = Last(shard, chain => chain.StartMark.Lsn <= lsn && chain.End >= lsn);
        if (chain is not null)
            return (new ShardRestorePlan(shard.Shard, chain, Cut(chain, step => step.After < lsn), lsn, null), null);
        if (shard.Chains.Count == 0)
            return (null, NoStart(shard));
        var name = ArchiveNames.Shard(shard.Shard);
        var (from, through) = (shard.Chains.Min(static item => item.StartMark.Lsn), shard.Chains.Max(static item => item.End));
        var range = $"{name} can be restored to records {from} to {through}";
        if (lsn < from)
            return (null, new(RestoreObstacle.TooEarly, shard.Shard, $"Record {lsn} is before what is archived: {range}."));
        if (lsn > through)
            return (null, new(RestoreObstacle.TooLate, shard.Shard, $"Record {lsn} is behind what is archived: {range}."));
        var hole = HoleAt(shard, lsn);
        return (null, new(RestoreObstacle.InHole, shard.Shard, $"Record {lsn} of {name} is in or behind {Named(hole)}: it is possible up to {hole?.First - 1}, or from the next snapshot on.", hole));
    }

    private static (ShardRestorePlan? Plan, RestoreProblem? Problem) PlanTime(ShardChains shard, long time, RestoreRange? possible)
    {
        if (shard.Chains.Count == 0)
            return (null, NoStart(shard));
        var range = possible is { IsEmpty: false } all ? $"all shards can be restored to {Moment(all.From)} through {Moment(all.Through)}" : "there is no moment that all shards can be restored to";
        var chain = Last(shard, chain => (chain.StartTime <= time || chain.Start is null) && time <= chain.EndTime && (possible is null || time >= possible.Value.From));
        if (chain is not null)
        {
            var steps = Cut(chain, step => step.Range.FirstTime <= time);
            return (new ShardRestorePlan(shard.Shard, chain, steps, Exact(chain, steps, time), time), null);
        }

        var name = ArchiveNames.Shard(shard.Shard);
        if (time < shard.Chains.Min(static item => item.StartTime) || (possible is { } bounds && time < bounds.From))
            return (null, new(RestoreObstacle.TooEarly, shard.Shard, $"{Moment(time)} is before what is archived of {name}: {range}."));
        if (time > shard.Chains.Max(static item => item.EndTime))
            return (null, new(RestoreObstacle.TooLate, shard.Shard, $"{Moment(time)} is behind what is archived of {name}: {range}."));
        var before = Last(shard, chain => chain.EndTime < time);
        var hole = before is null ? null : HoleAt(shard, before.End.Next);
        return (null, new(RestoreObstacle.InHole, shard.Shard, $"{Moment(time)} is in or behind {Named(hole)} of {name}: it is possible up to {Moment(before?.EndTime ?? 0)}, or from the next snapshot on.", hole));
    }

    /// <summary>The last record of that moment, if the side objects alone tell it.</summary>
    private static Lsn? Exact(ArchiveChain chain, List<ChainStep> steps, long time)
    {
        if (steps.Count == 0)
            return chain.StartMark.Lsn;
        var last = steps[^1];
        var isWhole = last.Through == last.Range.Last;
        return isWhole && last.Range.LastTime <= time ? last.Through : null;
    }

    private static List<ChainStep> Cut(ArchiveChain chain, Func<ChainStep, bool> isNeeded)
    {
        var steps = new List<ChainStep>();
        foreach (var step in chain.Steps)
        {
            if (!isNeeded(step))
                break;
            steps.Add(step);
        }

        return steps;
    }

    /// <summary>P2.</summary>
    private static ArchiveChain? Last(ShardChains shard, Func<ArchiveChain, bool> fits)
    {
        ArchiveChain? last = null;
        foreach (var chain in shard.Chains)
        {
            if (fits(chain) && (last is null || chain.StartMark.Lsn >= last.StartMark.Lsn))
                last = chain;
        }

        return last;
    }

    /// <summary>A contradiction behind the target does not matter.</summary>
    private static RestoreProblem? Forked(IReadOnlyList<ShardChains> shards, ShardRestorePlan plan)
    {
        var shard = shards.First(item => item.Shard == plan.Shard);
        var through = plan.Through ?? (plan.Steps.Count > 0 ? plan.Steps[^1].Through : plan.Start.StartMark.Lsn);
        foreach (var fork in shard.Forks)
        {
            if (fork.Lsn <= through && fork.Lsn > plan.Start.StartMark.Lsn)
                return new(RestoreObstacle.Forked, plan.Shard, $"{fork.One.Name} and {fork.Other.Name} tell different things of record {fork.Lsn} of {ArchiveNames.Shard(plan.Shard)}: move the one that is wrong away.");
        }

        return null;
    }

    /// <summary>The hole that it lies in, or that lies before it.</summary>
    private static ArchiveHole? HoleAt(ShardChains shard, Lsn lsn)
    {
        ArchiveHole? last = null;
        foreach (var hole in shard.Holes)
        {
            if (hole.First <= lsn)
                last = hole;
        }

        return last;
    }

    private static string Named(ArchiveHole? hole) => hole switch
    {
        null => "a hole",
        { Gap: { } gap } => $"the gap {gap.Name} (records {hole.First} to {hole.Last}, {gap.Reason})",
        _ => $"a hole, records {hole.First} to {hole.Last}",
    };

    private static RestoreProblem NoStart(ShardChains shard) =>
        new(RestoreObstacle.NoStart, shard.Shard, $"Nothing of {ArchiveNames.Shard(shard.Shard)} can be restored: neither a snapshot nor the first record is in the archive.");
}
