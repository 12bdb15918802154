using Cluster.Storage.Archive.Layout;

namespace Cluster.Storage.Archive.Chain;

/// <summary>
/// Finds the chains of a shard among its side objects, and says what is missing. Pure: a function of what it is given, in any order.
///
/// Invariants:
/// C1. A chain joins objects only where both tell the same digest after the same record. What does not join is a hole or a fork, never a guess.
/// C2. If an object or a head tells of a record that no chain reaches, although a chain ends before it, a hole names the records; if a gap was recorded for exactly them, it names that.
/// C3. More objects never shorten a chain, but for those that contradict each other, and they are named.
/// </summary>
public static class ChainBuilder
{
    /// <param name="shard">-1 is the meta shard.</param>
    /// <param name="objects">All that are usable; those of other shards are passed over.</param>
    /// <param name="heads">Up to where the shard was archived, as its archivers said.</param>
    public static ShardChains Build(int shard, IEnumerable<ArchiveObject> objects, IEnumerable<ArchiveHead>? heads = null)
    {
        var ranges = new List<(ArchiveObject Object, ArchiveRange Range)>();
        var snapshots = new List<(ArchiveObject Object, ArchiveRange Range)>();
        var gaps = new List<(ArchiveObject Object, ArchiveRange Range)>();
        foreach (var value in objects)
        {
            foreach (var range in value.Ranges)
            {
                if (range.Shard == shard)
                    (value.Kind == ArchiveObjectKind.Snapshot ? snapshots : value.Kind == ArchiveObjectKind.Gap ? gaps : ranges).Add((value, range));
            }
        }

        // One input, one answer: the order of a listing must not show.
        ranges.Sort(Compare);
        snapshots.Sort(Compare);
        gaps.Sort(Compare);

        var starts = Starts(ranges, snapshots);
        var graph = new ChainGraph(ranges, starts.Select(static start => start.Mark));
        var chains = new List<ArchiveChain>(starts.Count);
        foreach (var (snapshot, mark) in starts)
            chains.Add(new ArchiveChain(shard, snapshot, mark, graph.Steps(mark)));

        var reached = graph.Reached(starts.Select(static start => start.Mark));
        var holes = new HoleFinder(shard, ranges, chains, gaps).Find(heads ?? []);
        return new ShardChains(shard, chains, holes, Forks(shard, ranges, snapshots), Unreached(ranges, reached));
    }

    /// <summary>
    /// Whether the object may be deleted: without it every start still leads as far as with it, and no hole appears. To be asked for each of its shards, for one object at a time, before
    /// anything is deleted, whatever the reason: so neither a merge nor retention ever breaks a chain.
    /// </summary>
    public static bool CanSpare(int shard, IReadOnlyCollection<ArchiveObject> objects, ArchiveObject candidate)
    {
        var with = Build(shard, objects);
        var without = Build(shard, objects.Where(value => value.Name != candidate.Name));
        if (without.Holes.Count > with.Holes.Count)
            return false;
        foreach (var chain in with.Chains)
        {
            if (chain.Start == candidate)
                continue;
            if (!without.Chains.Any(other => other.StartMark == chain.StartMark && other.Start == chain.Start && other.End >= chain.End))
                return false;
        }

        return true;
    }

    private static int Compare((ArchiveObject Object, ArchiveRange Range) left, (ArchiveObject Object, ArchiveRange Range) right)
    {
        var order = left.Range.Last != right.Range.Last ? left.Range.Last.CompareTo(right.Range.Last) : left.Range.First.CompareTo(right.Range.First);
        return order != 0 ? order : string.CompareOrdinal(left.Object.Name, right.Object.Name);
    }

    /// <summary>The birth of the shard if its first record is there or nothing else begins, then the snapshots.</summary>
    private static List<(ArchiveObject? Snapshot, ArchiveMark Mark)> Starts(
        List<(ArchiveObject Object, ArchiveRange Range)> ranges,
        List<(ArchiveObject Object, ArchiveRange Range)> snapshots)
    {
        var starts = new List<(ArchiveObject?, ArchiveMark)>();
        if (ranges.Exists(static range => range.Range.First == Lsn.First))
            starts.Add((null, default));
        foreach (var (value, range) in snapshots)
            starts.Add((value, range.Marks[0]));
        return starts;
    }

    private static List<ArchiveFork> Forks(
        int shard,
        List<(ArchiveObject Object, ArchiveRange Range)> ranges,
        List<(ArchiveObject Object, ArchiveRange Range)> snapshots)
    {
        var known = new Dictionary<Lsn, (ulong Digest, ArchiveObject Object)>();
        var forks = new SortedDictionary<string, ArchiveFork>(StringComparer.Ordinal);
        foreach (var (value, range) in ranges.Concat(snapshots))
        {
            foreach (var mark in range.Marks)
            {
                if (!known.TryGetValue(mark.Lsn, out var other))
                {
                    known[mark.Lsn] = (mark.Digest, value);
                }
                else if (other.Digest != mark.Digest)
                {
                    var pair = $"{other.Object.Name} {value.Name}";
                    if (!forks.TryGetValue(pair, out var fork) || mark.Lsn < fork.Lsn)
                        forks[pair] = new ArchiveFork(shard, mark.Lsn, other.Object, value);
                }
            }
        }

        return [.. forks.Values];
    }

    private static List<ArchiveObject> Unreached(List<(ArchiveObject Object, ArchiveRange Range)> ranges, bool[] reached)
    {
        var unreached = new List<ArchiveObject>();
        for (var i = 0; i < ranges.Count; i++)
        {
            if (!reached[i])
                unreached.Add(ranges[i].Object);
        }

        return unreached;
    }
}
