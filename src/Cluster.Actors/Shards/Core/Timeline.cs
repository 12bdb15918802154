using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>Comparing the timelines of two logs of one shard. Two logs with the same term at an LSN are the same up to there.</summary>
public static class Timeline
{
    /// <summary>The last <paramref name="max"/> entries that begin at or before <paramref name="lsn"/>, in order.</summary>
    public static TermStart[] EntriesThrough(TermTable terms, Lsn lsn, int max)
    {
        int end = terms.IndexAt(lsn) + 1;
        int start = Math.Max(0, end - max);
        return terms.Entries[start..end].ToArray();
    }

    /// <summary>Where terms begin among the records after <paramref name="after"/> through <paramref name="last"/>; null if nowhere.</summary>
    public static TermStart[]? StartsWithin(TermTable terms, Lsn after, Lsn last)
    {
        int start = terms.IndexAt(after) + 1;
        int end = terms.IndexAt(last) + 1;
        return start >= end ? null : terms.Entries[start..end].ToArray();
    }

    /// <summary>
    /// Where a replica has to cut: the last LSN at which both logs have the same record. If <paramref name="leader"/> does not reach back
    /// that far, the LSN before its first entry: the records from there on are known to differ.
    /// </summary>
    /// <param name="own">Timeline of the replica.</param>
    /// <param name="ownLast">End of the replica's log.</param>
    /// <param name="leader">The leader's entries that begin at or before <paramref name="ownLast"/>, in order.</param>
    /// <param name="leaderHead">End of the leader's log.</param>
    public static Lsn CommonPoint(TermTable own, Lsn ownLast, ReadOnlySpan<TermStart> leader, Lsn leaderHead)
    {
        int i = own.Count - 1;
        int j = leader.Length - 1;
        Lsn ownEnd = ownLast;
        Lsn leaderEnd = Lsn.Min(leaderHead, ownLast);
        while (i >= 0 && j >= 0)
        {
            if (own[i].Term == leader[j].Term)
                return Lsn.Min(ownEnd, leaderEnd);
            if (own[i].Term > leader[j].Term)
                ownEnd = own[i--].First - 1;
            else
                leaderEnd = leader[j--].First - 1;
        }

        return i < 0 ? Lsn.None : Lsn.Min(ownEnd, leaderEnd);
    }

    /// <summary>True if the entries can be those of records after <paramref name="after"/> through <paramref name="last"/> behind a record of <paramref name="afterTerm"/>.</summary>
    public static bool IsContinuation(ReadOnlySpan<TermStart> starts, Lsn after, Term afterTerm, Lsn last, Term newest)
    {
        if (last > after && after.IsNone && (starts.IsEmpty || starts[0].First != Lsn.First))
            return false;
        Term term = afterTerm;
        Lsn lsn = after;
        foreach (TermStart start in starts)
        {
            if (start.Term <= term || start.Term > newest || start.First <= lsn || start.First > last)
                return false;
            term = start.Term;
            lsn = start.First;
        }

        return true;
    }
}
