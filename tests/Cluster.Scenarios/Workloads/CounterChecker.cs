using System.Globalization;

namespace Cluster.Scenarios.Workloads;

/// <summary>
/// A number that many raise by one. Each answer and each read is at least the count of what had been answered before it began and at most the count
/// of what had begun before it ended, and no two increments were answered the same. Linear in the number of commands where the search for an order is not.
/// </summary>
internal static class CounterChecker
{
    /// <summary>Null: all is well.</summary>
    public static string? Check(IReadOnlyList<Operation> history)
    {
        var increments = history.Where(operation => operation.Kind == OperationKind.Increment).ToArray();
        long[] begins = [.. increments.Select(operation => operation.Begin).Order()];
        long[] ends = [.. increments.Where(operation => operation.IsKnown).Select(operation => operation.End).Order()];
        var answers = new HashSet<string>();
        foreach (var operation in history.Where(operation => operation.IsKnown))
        {
            if (operation.Kind == OperationKind.Increment && !answers.Add(operation.Result!)) return $"{operation.Key}: {operation.Result} was answered twice; {operation}";
            long value = operation.Result is null ? 0 : long.Parse(operation.Result, CultureInfo.InvariantCulture);
            int own = operation.Kind == OperationKind.Increment ? 1 : 0;
            int least = CountBelow(ends, operation.Begin) + own, most = CountBelow(begins, operation.End);
            if (value < least || value > most) return $"{operation.Key}: {value} is not between {least} and {most}; {operation}";
        }

        return null;
    }

    private static int CountBelow(long[] sorted, long bound)
    {
        int at = Array.BinarySearch(sorted, bound);
        if (at < 0) return ~at;
        while (at > 0 && sorted[at - 1] == bound) at--;
        return at;
    }
}
