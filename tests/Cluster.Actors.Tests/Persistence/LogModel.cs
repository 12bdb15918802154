namespace Cluster.Actors.Tests.Persistence;

/// <summary>What a persistence log should hold, in the simplest way.</summary>
internal sealed class LogModel
{
    private readonly SortedDictionary<string, (long Highest, List<(long SequenceNr, string Text)> Entries)> _histories = new(StringComparer.Ordinal);

    public long HighestOf(string id) => _histories.TryGetValue(id, out var history) ? history.Highest : 0;

    public int CountOf(string id) => _histories.TryGetValue(id, out var history) ? history.Entries.Count : 0;

    public LogModel Clone()
    {
        LogModel copy = new();
        foreach (var (id, history) in _histories) copy._histories.Add(id, (history.Highest, [.. history.Entries]));
        return copy;
    }

    public void Write(string id, IReadOnlyList<(long SequenceNr, string Text)> batch)
    {
        var (highest, entries) = _histories.TryGetValue(id, out var known) ? known : (0, []);
        foreach (var entry in batch)
        {
            int at = entries.Count;
            while (at > 0 && entries[at - 1].SequenceNr > entry.SequenceNr) at--;
            entries.Insert(at, entry);
            highest = Math.Max(highest, entry.SequenceNr);
        }

        _histories[id] = (highest, entries);
    }

    public void Delete(string id, Predicate<long> matches)
    {
        if (_histories.TryGetValue(id, out var history)) history.Entries.RemoveAll(entry => matches(entry.SequenceNr));
    }

    /// <summary>One line for each id, to compare and to show.</summary>
    public string Show(IEnumerable<string> ids) => string.Join('\n', ids.Select(id =>
        _histories.TryGetValue(id, out var history) ? Line(id, history.Highest, history.Entries) : Line(id, 0, [])));

    public static string Line(string id, long highest, IEnumerable<(long SequenceNr, string Text)> entries) =>
        $"{id} ({highest}): {string.Join(' ', entries.Select(entry => $"{entry.SequenceNr}={entry.Text[..Math.Min(12, entry.Text.Length)]}/{entry.Text.Length}"))}";
}
