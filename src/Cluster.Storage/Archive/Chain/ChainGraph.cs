using Cluster.Storage.Archive.Layout;

namespace Cluster.Storage.Archive.Chain;

/// <summary>
/// The objects of a shard as a graph: a node is a record with the digest after it, an object leads from each of its marks to all later ones. Two objects join
/// where they have a node in common, whoever cut them and however they overlap (<see cref="ArchiveMarks"/>). All edges lead to higher LSNs, so one pass from the highest node down
/// finds for every node how far one gets from it, and with the fewest objects. Linear in the number of marks, but for sorting.
/// </summary>
internal sealed class ChainGraph
{
    /// <summary>A tail brings other shards' records along: two of them cost more than two segments.</summary>
    private const int TailCost = 3;
    private const int SegmentCost = 2;

    private readonly List<(ArchiveObject Object, ArchiveRange Range)> _ranges;
    private readonly Dictionary<ArchiveMark, Way> _ways = [];
    private readonly Dictionary<ArchiveMark, List<int>> _members = [];

    public ChainGraph(List<(ArchiveObject Object, ArchiveRange Range)> ranges, IEnumerable<ArchiveMark> starts)
    {
        _ranges = ranges;
        for (var i = 0; i < ranges.Count; i++)
        {
            foreach (var mark in ranges[i].Range.Marks)
                Members(mark).Add(i);
        }

        foreach (var start in starts)
            Members(start);
        Solve();
    }

    /// <summary>The furthest chain from a node; its steps.</summary>
    public List<ChainStep> Steps(ArchiveMark from)
    {
        var steps = new List<ChainStep>();
        for (var at = from; _ways[at] is { Range: >= 0 } way; at = way.Next)
        {
            var (value, range) = _ranges[way.Range];
            steps.Add(new ChainStep(value, range, at.Lsn, way.Next.Lsn, way.Next.Digest));
        }

        return steps;
    }

    /// <summary>All ranges that can be used by some chain from these nodes.</summary>
    public bool[] Reached(IEnumerable<ArchiveMark> starts)
    {
        var reached = new bool[_ranges.Count];
        var seen = new HashSet<ArchiveMark>();
        var open = new Stack<ArchiveMark>();
        foreach (var start in starts)
            open.Push(start);
        while (open.TryPop(out var mark))
        {
            if (!seen.Add(mark))
                continue;
            foreach (var member in _members[mark])
            {
                // Nothing follows the last mark of a range, but later marks of one that is entered lead on.
                var range = _ranges[member].Range;
                if (mark.Lsn == range.Last)
                    continue;
                reached[member] = true;
                foreach (var later in range.Marks)
                {
                    if (later.Lsn > mark.Lsn)
                        open.Push(later);
                }
            }
        }

        return reached;
    }

    private List<int> Members(ArchiveMark mark)
    {
        if (!_members.TryGetValue(mark, out var members))
            _members[mark] = members = [];
        return members;
    }

    private void Solve()
    {
        var nodes = new List<ArchiveMark>(_members.Keys);
        nodes.Sort(static (left, right) => left.Lsn != right.Lsn ? right.Lsn.CompareTo(left.Lsn) : left.Digest.CompareTo(right.Digest));

        // Per range the best of its marks above the current node.
        var best = new (ArchiveMark Mark, Way Way, bool Any)[_ranges.Count];
        foreach (var node in nodes)
        {
            var way = new Way(node.Lsn, 0, -1, node);
            foreach (var member in _members[node])
            {
                if (!best[member].Any)
                    continue;
                var (mark, on, _) = best[member];
                var candidate = new Way(on.End, on.Cost + (_ranges[member].Object.Kind == ArchiveObjectKind.Tail ? TailCost : SegmentCost), member, mark);
                if (candidate.IsBetterThan(way))
                    way = candidate;
            }

            _ways[node] = way;
            foreach (var member in _members[node])
            {
                if (!best[member].Any || way.IsBetterThan(best[member].Way))
                    best[member] = (node, way, true);
            }
        }
    }

    /// <param name="End">How far it leads.</param>
    /// <param name="Cost">With how much.</param>
    /// <param name="Range">What to take first; -1: this is the end.</param>
    /// <param name="Next">Up to where.</param>
    private readonly record struct Way(Lsn End, int Cost, int Range, ArchiveMark Next)
    {
        public bool IsBetterThan(Way other) => End != other.End ? End > other.End : Cost < other.Cost;
    }
}
