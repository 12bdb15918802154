namespace Cluster.Storage.Archive.Layout;

/// <summary>
/// At which records a side object tells the digest, beside both ends: for each power of two the first and the last multiple of it in the range.
///
/// So any two ranges that overlap or touch have a mark in common, wherever two uploaders cut their files: of the positions in both ranges one has the highest
/// power of two, and only one, for between two equal ones lies a higher. It is the last multiple of that power in the range that ends
/// first, and the first in the range that begins last. (Of a range that lies wholly within another the ends need not be marks of the larger.)
/// At most 128 of them, 2 · log2 of the number of records typically. Beside them the ends of snapshots in the range, as far as its uploader knows them: a snapshot has the digest of
/// its end alone, and its chain goes on where an object tells the same one.
/// </summary>
public static class ArchiveMarks
{
    /// <summary>Ascending, without repetition; begins with <paramref name="before"/> and ends with <paramref name="last"/>.</summary>
    /// <param name="before">The record before the first.</param>
    /// <param name="last">The last record.</param>
    /// <param name="also">More that are told; those out of the range are passed over.</param>
    public static List<Lsn> Positions(Lsn before, Lsn last, IEnumerable<Lsn>? also = null)
    {
        var positions = new SortedSet<long> { before.Value, last.Value };
        for (var power = 0; power < 62; power++)
        {
            var step = 1L << power;
            var lowest = before.Value + ((step - (before.Value & (step - 1))) & (step - 1));
            var highest = last.Value & ~(step - 1);
            if (lowest > last.Value || lowest < before.Value)
                break;
            positions.Add(lowest);
            positions.Add(highest);
        }

        foreach (var lsn in also ?? [])
        {
            if (lsn > before && lsn < last)
                positions.Add(lsn.Value);
        }

        var sorted = new List<Lsn>(positions.Count);
        foreach (var position in positions)
            sorted.Add(new Lsn(position));
        return sorted;
    }
}
