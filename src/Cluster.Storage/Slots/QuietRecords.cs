namespace Cluster.Storage.Slots;

/// <summary>
/// Where in the log nothing lies but records that move slots or tell the time: a slot that has passed only such is not recorded as moved, or every advance would be
/// the reason for the next. Kept for the newest such runs; of older ones, and after an opening, the answer is "something lies there", which costs one record.
/// Owner only.
/// </summary>
public sealed class QuietRecords
{
    private const int RunsMax = 16;

    private readonly List<(Lsn First, Lsn Last)> _runs = [];

    public void Add(Lsn lsn)
    {
        if (_runs.Count > 0 && _runs[^1].Last.Next == lsn)
        {
            _runs[^1] = (_runs[^1].First, lsn);
            return;
        }

        if (_runs.Count == RunsMax)
            _runs.RemoveAt(0);
        _runs.Add((lsn, lsn));
    }

    /// <summary>True if there is nothing else from <paramref name="first"/> up to and including <paramref name="last"/>.</summary>
    public bool AreAll(Lsn first, Lsn last)
    {
        if (first > last)
            return true;
        for (var i = _runs.Count - 1; i >= 0 && _runs[i].Last >= first; i--)
        {
            if (_runs[i].First <= first)
                return last <= _runs[i].Last;
        }

        return false;
    }

    public void CutAfter(Lsn keep)
    {
        while (_runs.Count > 0 && _runs[^1].Last > keep)
        {
            var first = _runs[^1].First;
            _runs.RemoveAt(_runs.Count - 1);
            if (first <= keep)
                _runs.Add((first, keep));
        }
    }
}
