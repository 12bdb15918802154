namespace Cluster.Storage;

/// <summary>The point where the records of a term begin in a log.</summary>
public readonly record struct TermStart(Term Term, Lsn First);

/// <summary>
/// The timeline of one log: for each term that has records, the LSN of its first one. With it the term of any record is known
/// without reading the record.
///
/// Invariants:
/// T1. Terms and first LSNs both grow strictly from entry to entry.
/// T2. The term of a record is that of the last entry whose first LSN is not above it. The table does not know where the log ends:
///     for LSNs above the log's last record the answer has no meaning.
///
/// Not thread-safe: one owner.
/// </summary>
public sealed class TermTable
{
    private TermStart[] _entries;
    private int _count;

    public TermTable() => _entries = new TermStart[4];

    private TermTable(TermStart[] entries, int count)
    {
        _entries = entries;
        _count = count;
    }

    public int Count => _count;

    public TermStart this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
            return _entries[index];
        }
    }

    /// <summary>The newest entry; (0, 0) while the log is empty.</summary>
    public TermStart Last => _count == 0 ? default : _entries[_count - 1];

    public ReadOnlySpan<TermStart> Entries => _entries.AsSpan(0, _count);

    /// <summary>Term of the record at <paramref name="lsn"/>; <see cref="Term.None"/> before the first record that the table knows.</summary>
    public Term TermAt(Lsn lsn)
    {
        int index = IndexAt(lsn);
        return index < 0 ? Term.None : _entries[index].Term;
    }

    /// <summary>Index of the entry that covers <paramref name="lsn"/>, -1 if it lies before the first.</summary>
    public int IndexAt(Lsn lsn)
    {
        // Nearly every question is about the newest term.
        if (_count > 0 && lsn >= _entries[_count - 1].First)
            return _count - 1;

        int low = 0, high = _count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (_entries[middle].First <= lsn)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return high;
    }

    /// <summary>Notes that the record at <paramref name="first"/> has <paramref name="term"/>. Nothing changes if that is the newest term already.</summary>
    public void Append(Term term, Lsn first)
    {
        if (_count > 0)
        {
            ref TermStart last = ref _entries[_count - 1];
            if (last.Term == term)
            {
                Invariant.Check(first >= last.First, "T1: a term continues before it began");
                return;
            }

            Invariant.Check(term > last.Term && first > last.First, "T1: terms and their first LSNs grow");
        }

        if (_count == _entries.Length)
            Array.Resize(ref _entries, _count * 2);
        _entries[_count++] = new TermStart(term, first);
    }

    /// <summary>Forgets all records after <paramref name="lsn"/>.</summary>
    public void CutAfter(Lsn lsn)
    {
        while (_count > 0 && _entries[_count - 1].First > lsn)
            _count--;
    }

    public TermTable Clone() => new(_entries.AsSpan(0, _entries.Length).ToArray(), _count);
}
