using System.Text;

namespace Cluster.Scenarios.Workloads;

internal enum Verdict
{
    Linearizable,
    Violated,

    /// <summary>Too many commands of unknown outcome at once: given up.</summary>
    Undecided,
}

/// <summary>
/// Is there one order of a key's commands that each client could have seen: every command at one instant between its begin and its end? The search
/// of Wing and Gong, with Lowe's memory of the (set of done commands, state) that led nowhere. Keys are judged one by one, since linearizability
/// is a property of each object alone.
/// </summary>
internal sealed class Linearizability
{
    /// <summary>Steps after which a key is given up. A history without unknown outcomes takes about as many as it has commands.</summary>
    private const int StepLimit = 2_000_000;

    private readonly Operation[] _operations;

    /// <summary>When each had happened at the latest; <see cref="Operation.Never"/> = it need not happen.</summary>
    private readonly long[] _ends;

    // Calls and returns in the order of time, as a doubly linked list: entry 2i = call of i, 2i + 1 = its return.
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int _head;

    private readonly ulong[] _done;
    private readonly HashSet<Configuration> _seen = [];

    private Linearizability(Operation[] operations)
    {
        _operations = operations;
        _ends = Ends(operations);
        _done = new ulong[(operations.Length + 63) / 64];
        _head = 2 * operations.Length;
        _next = new int[_head + 1];
        _previous = new int[_head + 1];
        // A return at the same instant as a call counts as later: the two overlap, which allows more.
        var events = Enumerable.Range(0, operations.Length)
            .SelectMany(i => _ends[i] != Operation.Never ? (int[])[2 * i, (2 * i) + 1] : [2 * i])
            .OrderBy(entry => entry % 2 == 0 ? operations[entry / 2].Begin : _ends[entry / 2]).ThenBy(entry => entry % 2);
        int last = _head;
        foreach (int entry in events)
        {
            _next[last] = entry;
            _previous[entry] = last;
            last = entry;
        }

        _next[last] = -1;
    }

    /// <param name="history">Of one key that began without a value.</param>
    public static Verdict Check(IEnumerable<Operation> history) =>
        new Linearizability(WithoutUnseen([.. history.Where(operation => operation.IsKnown || operation.Kind != OperationKind.Get)])).Search();

    /// <summary>Null: no violation. Else the shortest part of the history, by time of answer, that is one, as text.</summary>
    public static string? Explain(IReadOnlyList<Operation> history)
    {
        if (Check(history) != Verdict.Violated) return null;
        long[] ends = [.. history.Where(operation => operation.IsKnown).Select(operation => operation.End).Order()];
        int low = 0, high = ends.Length - 1; // the prefix up to ends[high] is bad
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Check(Prefix(history, ends[middle])) == Verdict.Violated) high = middle;
            else low = middle + 1;
        }

        var text = new StringBuilder($"no order explains what was answered for {history[0].Key}; the last line is the first that nothing explains:\n");
        foreach (var operation in Prefix(history, ends[high]).OrderBy(operation => operation.IsKnown ? operation.End : operation.Begin).TakeLast(40)) text.Append("  ").Append(operation).Append('\n');
        return text.ToString();
    }

    /// <summary>What had begun by then; whatever had not ended is of unknown outcome.</summary>
    private static IEnumerable<Operation> Prefix(IEnumerable<Operation> history, long end) =>
        history.Where(operation => operation.Begin <= end).Select(operation => operation.End <= end ? operation : operation with { End = Operation.Never });

    /// <summary>
    /// Each command of unknown outcome would double the search. Where no two writes write the same and nothing but reads looks at a value, one that nobody read may
    /// as well not have happened: in any order that has it, another write follows before the next read.
    /// </summary>
    private static Operation[] WithoutUnseen(Operation[] history)
    {
        if (!history.All(operation => operation.Kind is OperationKind.Get or OperationKind.Set) || !WritesAreUnique(history)) return history;
        var seen = history.Where(operation => operation.Kind == OperationKind.Get).Select(operation => operation.Result).ToHashSet();
        return [.. history.Where(operation => operation.IsKnown || seen.Contains(operation.Argument))];
    }

    /// <summary>Where no two writes write the same, one that was read has happened before the first read of it ended.</summary>
    private static long[] Ends(Operation[] history)
    {
        long[] ends = [.. history.Select(operation => operation.End)];
        if (!history.All(operation => operation.Kind is OperationKind.Get or OperationKind.Set or OperationKind.SetIfAbsent or OperationKind.Delete) || !WritesAreUnique(history)) return ends;
        var firstRead = new Dictionary<string, long>();
        foreach (var read in history)
            if (read is { Kind: OperationKind.Get, Result: { } value } && read.End < firstRead.GetValueOrDefault(value, Operation.Never)) firstRead[value] = read.End;
        for (int i = 0; i < ends.Length; i++)
            if (!history[i].IsKnown && history[i].Argument is { } value && firstRead.TryGetValue(value, out long end)) ends[i] = Math.Max(end, history[i].Begin);
        return ends;
    }

    private static bool WritesAreUnique(Operation[] history)
    {
        var values = new HashSet<string>();
        return history.All(operation => operation.Argument is null || values.Add(operation.Argument));
    }

    private Verdict Search()
    {
        var path = new Stack<(int Operation, string? Before)>();
        string? state = null;
        int entry = _next[_head];
        for (int steps = 0; entry >= 0; steps++)
        {
            if (steps > StepLimit) return Verdict.Undecided;
            int operation = entry / 2;
            if (entry % 2 == 0)
            {
                if (KeyModel.TryStep(state, _operations[operation], out string? next) && _seen.Add(new Configuration(With(operation), next)))
                {
                    path.Push((operation, state));
                    state = next;
                    _done[operation / 64] |= 1UL << operation;
                    Lift(operation);
                    entry = _next[_head];
                }
                else
                {
                    entry = _next[entry];
                }
            }
            else
            {
                // It had been answered by now and finds no place: undo the last choice.
                if (!path.TryPop(out var last)) return Verdict.Violated;
                state = last.Before;
                _done[last.Operation / 64] &= ~(1UL << last.Operation);
                Unlift(last.Operation);
                entry = _next[2 * last.Operation];
            }
        }

        return Verdict.Linearizable; // only calls of unknown outcome are left
    }

    private ulong[] With(int operation)
    {
        var done = (ulong[])_done.Clone();
        done[operation / 64] |= 1UL << operation;
        return done;
    }

    private void Lift(int operation)
    {
        Remove(2 * operation);
        if (_ends[operation] != Operation.Never) Remove((2 * operation) + 1);
    }

    private void Unlift(int operation)
    {
        if (_ends[operation] != Operation.Never) PutBack((2 * operation) + 1);
        PutBack(2 * operation);
    }

    private void Remove(int entry)
    {
        _next[_previous[entry]] = _next[entry];
        if (_next[entry] >= 0) _previous[_next[entry]] = _previous[entry];
    }

    private void PutBack(int entry)
    {
        _next[_previous[entry]] = entry;
        if (_next[entry] >= 0) _previous[_next[entry]] = entry;
    }

    private readonly struct Configuration(ulong[] done, string? state) : IEquatable<Configuration>
    {
        private readonly ulong[] _done = done;
        private readonly string? _state = state;

        public bool Equals(Configuration other) => _state == other._state && _done.AsSpan().SequenceEqual(other._done);

        public override bool Equals(object? other) => other is Configuration configuration && Equals(configuration);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (ulong word in _done) hash.Add(word);
            hash.Add(_state);
            return hash.ToHashCode();
        }
    }
}
