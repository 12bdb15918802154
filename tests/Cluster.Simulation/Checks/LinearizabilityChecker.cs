using Cluster.Simulation.Clients;

namespace Cluster.Simulation.Checks;

/// <summary>
/// Wing and Gong's search with Lowe's caching, for the operations on one key (linearizability is local: each key may be judged alone).
/// Unknown operations stay open for ever: they may take effect at any time after their call, or never; as every state admits them
/// with some result, "never" is the same as "at the end".
/// </summary>
public static class LinearizabilityChecker
{
    /// <summary>Bits of the cache's sets.</summary>
    public const int OperationsMax = 128;

    /// <summary>The operations on one key in any order, without refused ones.</summary>
    public static bool IsLinearizable(IReadOnlyList<Operation> operations) => IsLinearizable(operations, long.MaxValue);

    /// <summary>The shortest prefix of the history, in time, that is already impossible: its end.</summary>
    public static long FirstBadMoment(IReadOnlyList<Operation> operations)
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

    private static bool IsLinearizable(IReadOnlyList<Operation> operations, long until)
    {
        Operation[] all = operations.Where(o => o.InvokedAt <= until && !(o.Kind == OperationKind.Get && !IsDone(o, until)))
            .OrderBy(o => o.InvokedAt).ToArray();
        if (all.Length > OperationsMax)
            throw new ArgumentException($"{all.Length} operations on one key are more than the {OperationsMax} that are searched");
        return Search(all, until);
    }

    private static bool IsDone(Operation operation, long until) => operation.Outcome == Outcome.Ok && operation.ReturnedAt <= until;

    private static bool Search(Operation[] all, long until)
    {
        int toDo = 0;
        foreach (Operation operation in all)
            toDo += IsDone(operation, until) ? 1 : 0;
        var seen = new HashSet<(UInt128 Done, long State)>();
        var path = new Stack<(int Index, UInt128 Done, long State, int ToDo)>();
        UInt128 done = 0;
        long state = 0;
        int from = 0;
        while (toDo > 0)
        {
            int next = NextCandidate(all, until, done, state, from, seen, out long nextState);
            if (next >= 0)
            {
                path.Push((next, done, state, toDo));
                done |= UInt128.One << next;
                state = nextState;
                toDo -= IsDone(all[next], until) ? 1 : 0;
                from = 0;
            }
            else
            {
                if (path.Count == 0)
                    return false;
                (int index, done, state, toDo) = path.Pop();
                from = index + 1;
            }
        }

        return true;
    }

    /// <summary>An operation that may come next: no other open one returned before it was called, and the state admits its result.</summary>
    private static int NextCandidate(
        Operation[] all, long until, UInt128 done, long state, int from, HashSet<(UInt128, long)> seen, out long nextState)
    {
        long earliestReturn = long.MaxValue;
        for (int i = 0; i < all.Length && all[i].InvokedAt <= earliestReturn; i++)
        {
            if ((done & (UInt128.One << i)) != 0)
                continue;
            if (i >= from && TryApply(all[i], IsDone(all[i], until), state, out nextState) && seen.Add((done | (UInt128.One << i), nextState)))
                return i;
            if (IsDone(all[i], until))
                earliestReturn = Math.Min(earliestReturn, all[i].ReturnedAt);
        }

        nextState = state;
        return -1;
    }

    private static bool TryApply(Operation operation, bool known, long state, out long next)
    {
        next = state;
        switch (operation.Kind)
        {
            case OperationKind.Get:
                return operation.Result == state;
            case OperationKind.Set:
                next = operation.Value;
                return true;
            case OperationKind.SetIfAbsent:
                if (state == 0)
                    next = operation.Value;
                return !known || operation.Result == (state == 0 ? 1 : 0);
            default:
                next = 0;
                return !known || operation.Result == (state == 0 ? 0 : 1);
        }
    }
}
