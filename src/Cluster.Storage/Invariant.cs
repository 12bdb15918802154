using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Cluster.Storage;

/// <summary>A property that the code relies on does not hold: going on could damage data. Fatal for the shard that meets it.</summary>
public sealed class InvariantViolatedException(string message) : Exception(message);

/// <summary>Assertions that stay on in production. They cost a branch; nothing is formatted unless they fail.</summary>
public static class Invariant
{
    public static void Check(
        [DoesNotReturnIf(false)] bool condition,
        string what,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (!condition)
            Throw(what, file, line);
    }

    [DoesNotReturn]
    private static void Throw(string what, string file, int line) =>
        throw new InvariantViolatedException($"{what} ({Path.GetFileName(file)}:{line})");
}
