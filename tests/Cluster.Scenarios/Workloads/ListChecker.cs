namespace Cluster.Scenarios.Workloads;

/// <summary>
/// A value that only grows, by elements that are appended once each, `client.number;`: nothing acknowledged is missing, nothing refused is there, nothing is there
/// twice, each client's elements are in its order, and whoever read it saw a beginning of what it is in the end.
/// </summary>
internal static class ListChecker
{
    public static string Element(int client, int number) => $"{client}.{number};";

    /// <summary>Null: all is well.</summary>
    /// <param name="appends">With the elements that were sent, in the order of each client; those refused for certain are not among them.</param>
    public static string? Check(string key, IEnumerable<Operation> appends, IEnumerable<string> reads, string final)
    {
        var known = new Dictionary<string, Operation>();
        foreach (var append in appends) known.Add(append.Argument!, append);
        var seen = new HashSet<string>();
        var lastOf = new Dictionary<int, int>();
        foreach (string part in final.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string element = part + ";";
            if (!known.TryGetValue(element, out var append)) return $"{key} has {element}, which nobody appended or which was refused";
            if (!seen.Add(element)) return $"{key} has {element} twice";
            int number = int.Parse(part[(part.IndexOf('.', StringComparison.Ordinal) + 1)..]);
            if (lastOf.TryGetValue(append.Client, out int last) && number < last) return $"{key} has {element} after {Element(append.Client, last)}";
            lastOf[append.Client] = number;
        }

        foreach (var append in known.Values)
            if (append.IsKnown && !seen.Contains(append.Argument!)) return $"{key} has lost {append.Argument}";
        foreach (string read in reads)
            if (!final.StartsWith(read, StringComparison.Ordinal)) return $"{key} was once {read}, and is {final}";
        return null;
    }
}
