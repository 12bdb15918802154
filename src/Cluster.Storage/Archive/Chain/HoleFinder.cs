using Cluster.Storage.Archive.Layout;

namespace Cluster.Storage.Archive.Chain;

/// <summary>
/// Walks along the LSNs from the oldest start: what its chain covers, then what is missing before the next record that is there, until nothing later is known. Behind a hole it
/// follows the records that are there, whether a start leads to them or not: a hole names what is missing, not what is of no use without it. What lies before the oldest
/// snapshot is no hole, for retention removes it on purpose.
/// </summary>
internal sealed class HoleFinder(
    int shard,
    List<(ArchiveObject Object, ArchiveRange Range)> ranges,
    List<ArchiveChain> chains,
    List<(ArchiveObject Object, ArchiveRange Range)> gaps)
{
    public List<ArchiveHole> Find(IEnumerable<ArchiveHead> heads)
    {
        var holes = new List<ArchiveHole>();
        var known = Lsn.None;
        foreach (var (_, range) in ranges)
            known = Lsn.Max(known, range.Last);
        foreach (var chain in chains)
            known = Lsn.Max(known, chain.StartMark.Lsn);
        foreach (var head in heads)
        {
            if (head.Shard == shard)
                known = Lsn.Max(known, head.Lsn);
        }

        var (at, before) = Oldest();
        while (at < known)
        {
            var (next, behind) = NextKnown(at, known);
            holes.Add(new ArchiveHole(shard, at.Next, next, before, behind, Recorded(at.Next, next)));
            (at, before) = Covered(next, behind);
        }

        return holes;
    }

    /// <summary>How far the chain from the oldest start leads, and what it ends with.</summary>
    private (Lsn At, ArchiveObject? Last) Oldest()
    {
        ArchiveChain? oldest = null;
        foreach (var chain in chains)
        {
            if (oldest is null || chain.StartMark.Lsn < oldest.StartMark.Lsn)
                oldest = chain;
        }

        return oldest is null ? (Lsn.None, null) : (oldest.End, oldest.Steps.Count == 0 ? oldest.Start : oldest.Steps[^1].Object);
    }

    /// <summary>The last record that is missing, and what is known behind it: a snapshot, an object, or nothing but a head.</summary>
    private (Lsn Last, ArchiveObject? Behind) NextKnown(Lsn at, Lsn known)
    {
        var last = known;
        ArchiveObject? behind = null;
        foreach (var chain in chains)
        {
            if (chain.Start is not null && chain.StartMark.Lsn > at && chain.StartMark.Lsn <= last)
                (last, behind) = (chain.StartMark.Lsn, chain.Start);
        }

        foreach (var (value, range) in ranges)
        {
            // An object that overlaps the end and does not join it stands for the first record that it has beyond.
            var end = Lsn.Max(range.First - 1, at.Next);
            if (range.Last > at && end < last)
                (last, behind) = (end, value);
        }

        return (last, behind);
    }

    /// <summary>How far the records are there behind a hole.</summary>
    private (Lsn At, ArchiveObject? Last) Covered(Lsn from, ArchiveObject? behind)
    {
        var (at, last) = (from, behind);
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var (value, range) in ranges)
            {
                if (range.First <= at.Next && range.Last > at)
                    (at, last, moved) = (range.Last, value, true);
            }
        }

        return (at, last);
    }

    private ArchiveObject? Recorded(Lsn first, Lsn last)
    {
        foreach (var (value, range) in gaps)
        {
            if (range.First <= first && range.Last >= last)
                return value;
        }

        return null;
    }
}
