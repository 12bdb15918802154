using Cluster.Storage.Archive.Chain;
using Cluster.Storage.Archive.Layout;

namespace Cluster.Storage.Archive.Verify;

/// <summary>What the chains of a shard mean for its operator, in words.</summary>
internal static class ShardFindings
{
    public static void Add(List<ArchiveFinding> findings, ShardChains chains, IReadOnlyList<ArchiveHead> heads)
    {
        var name = ArchiveNames.Shard(chains.Shard);
        if (chains.Chains.Count == 0)
            findings.Add(new(ArchiveFindingKind.NoStart, name, "neither a snapshot nor the first record is there: nothing of the shard can be restored"));
        foreach (var hole in chains.Holes)
            findings.Add(Hole(chains, hole, name));
        foreach (var fork in chains.Forks)
            findings.Add(new(ArchiveFindingKind.Fork, fork.One.Name, $"it and {fork.Other.Name} tell different things of record {fork.Lsn} of {name}"));
        foreach (var value in chains.Unreached)
            findings.Add(new(ArchiveFindingKind.Unreached, value.Name, $"no chain of {name} leads to its records"));
        foreach (var head in heads)
        {
            if (head.Shard == chains.Shard && Contradicts(chains, head))
                findings.Add(new(ArchiveFindingKind.Fork, name, $"a lease tells another digest of record {head.Lsn} than the objects do"));
        }
    }

    private static ArchiveFinding Hole(ShardChains chains, ArchiveHole hole, string name)
    {
        var records = hole.First == hole.Last ? $"record {hole.First}" : $"records {hole.First} to {hole.Last}";
        var before = hole.Before is null ? "nothing is before them" : $"{hole.Before.Name} is before them";
        var behind = hole.Behind is null ? "a lease says that they were archived" : $"{hole.Behind.Name} behind them";
        if (hole.Gap is not { } gap)
            return new(ArchiveFindingKind.Hole, name, $"{records} of {name} are missing; {before}, {behind}");

        // A gap is made with a snapshot behind it. Without that, nothing behind the gap can be restored.
        return chains.Chains.Any(chain => chain.StartMark.Lsn >= hole.First)
            ? new(ArchiveFindingKind.RecordedGap, gap.Name, $"{records} of {name} were never archived: {gap.Reason}")
            : new(ArchiveFindingKind.Hole, name, $"{records} of {name} were never archived ({gap.Name}: {gap.Reason}), and no snapshot behind them is there");
    }

    private static bool Contradicts(ShardChains chains, ArchiveHead head)
    {
        foreach (var chain in chains.Chains)
        {
            foreach (var step in chain.Steps)
            {
                foreach (var mark in step.Range.Marks)
                {
                    if (mark.Lsn == head.Lsn && mark.Digest != head.Digest)
                        return true;
                }
            }
        }

        return false;
    }
}
