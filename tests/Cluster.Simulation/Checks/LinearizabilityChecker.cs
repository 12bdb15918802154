using Cluster.Simulation.Clients;

namespace Cluster.Simulation.Checks;

/// <summary>
/// Wing and Gong's search with Lowe's caching, for the operations on one key (linearizability is local: each key may be judged alone).
/// Unknown operations stay open for ever: they may take effect at any time after their call, or never; as every state admits them
/// with some result, "never" is the same as "at the end". Many of them make the search long: it ends undecided after
/// <see cref="StatesMax"/>. Not thread-safe: its memory is reused from key to key.
/// </summary>
public sealed class LinearizabilityChecker
{
    /// <summary>Bits of the cache's sets.</summary>
    public const int OperationsMax = 128;

    public const int StatesMax = 200_000;

    private readonly HashSet<(UInt128 Done, long State)> _seen = [];
    private readonly Stack<(int Index, UInt128 Done, long State, int ToDo)> _path = new();

    /// <summary>Searches that were given up; they count as linearizable.</summary>
    public long Undecided { get; private set; }

    /// <summary>The operations on one key in any order, without refused ones.</summary>
    public bool IsLinearizable(IReadOnlyList<Operation> operations) => IsLinearizable(operations, long.MaxValue);

    /// <summary>The shortest prefix of the history, in time, that is already impossible: its end.</summary>
    public long FirstBadMoment(IReadOnlyList<Operation> operations)
    {
        long[] moments = operations.Where(o => o.Outcome == Outcome.Ok).Select(o => o.ReturnedAt).Order().ToArray();
        int low = 0, high = moments.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (IsLinearizable(operations, moments[middle]))
                low = middle + 1;
            else
                high = middle;
        }

        return moments[low];
    }

    private bool IsLinearizable(IReadOnlyList<Operation> operations, long until)
    {
        // Called in time order already, mostly; reads without an answer say nothing.
        var all = new List<Operation>(operations.Count);
        bool sorted = true;
        foreach (Operation operation in operations)
        {
            if (operation.InvokedAt > until || (operation.Kind == OperationKind.Get && !IsDone(operation, until)))
                continue;
            sorted &= all.Count == 0 || all[^1].InvokedAt <= operation.InvokedAt;
            all.Add(operation);
        }

        if (!sorted)
            all.Sort(static (a, b) => a.InvokedAt != b.InvokedAt ? a.InvokedAt.CompareTo(b.InvokedAt) : a.Id.CompareTo(b.Id));
        if (all.Count > OperationsMax)
            throw new ArgumentException($"{all.Count} operations on one key are more than the {OperationsMax} that are searched");
        return Search(all, until);
    }

    private static bool IsDone(Operation operation, long until) => operation.Outcome == Outcome.Ok && operation.ReturnedAt <= until;

    private bool Search(List<Operation> all, long until)
    {
        int toDo = 0;
        foreach (Operation operation in all)
            toDo += IsDone(operation, until) ? 1 : 0;
        _seen.Clear();
        _path.Clear();
        UInt128 done = 0;
        long state = 0;
        int from = 0;
        int first = 0; // All before it are done.
        while (toDo > 0)
        {
            if (_seen.Count > StatesMax)
            {
                Undecided++;
                return true;
            }

            while (first < all.Count && (done & (UInt128.One << first)) != 0)
                first++;
            int next = NextCandidate(all, until, done, state, Math.Max(from, first), first, out long nextState);
            if (next >= 0)
            {
                _path.Push((next, done, state, toDo));
                done |= UInt128.One << next;
                state = nextState;
                toDo -= IsDone(all[next], until) ? 1 : 0;
                from = 0;
            }
            else
            {
                if (_path.Count == 0)
                    return false;
                (int index, done, state, toDo) = _path.Pop();
                from = index + 1;
                first = 0;
            }
        }

        return true;
    }

    /// <summary>An operation that may come next: no other open one returned before it was called, and the state admits its result.</summary>
    private int NextCandidate(List<Operation> all, long until, UInt128 done, long state, int from, int first, out long nextState)
    {
        long earliestReturn = long.MaxValue;
        bool openIncrement = false, openDelete = false;
        for (int i = first; i < all.Count && all[i].InvokedAt <= earliestReturn; i++)
        {
            if ((done & (UInt128.One << i)) != 0)
                continue;
            Operation operation = all[i];
            bool known = IsDone(operation, until);
            if (!known && operation.Kind is OperationKind.Increment or OperationKind.Delete)
            {
                // Open ones without a value of their own are alike: the first called may go first.
                ref bool alike = ref operation.Kind == OperationKind.Increment ? ref openIncrement : ref openDelete;
                if (alike)
                    continue;
                alike = true;
            }

            if (i >= from && Admits(operation, known, state, out nextState) && _seen.Add((done | (UInt128.One << i), nextState)))
                return i;
            if (known)
                earliestReturn = Math.Min(earliestReturn, operation.ReturnedAt);
        }

        nextState = state;
        return -1;
    }

    private static bool Admits(Operation operation, bool known, long state, out long next)
    {
        ValueModel.Apply(operation.Kind, operation.Value, operation.Expected, state, out next, out long result);
        return !known || operation.Result == result;
    }
}
