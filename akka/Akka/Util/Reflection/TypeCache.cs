using System;
using System.Collections.Concurrent;
using TypesFromPeers;

namespace Akka.Util.Reflection;

/// <summary>Types by name. Only names that resolve are kept, and not too many, so that strangers' names cannot fill the memory.</summary>
public static class TypeCache
{
    // Far more than any application has messages.
    private const int CountMax = 10_000;

    private static readonly ConcurrentDictionary<string, Type> Types = new(StringComparer.Ordinal);

    /// <summary>The type of that name; a name without an assembly is looked up in Akka and in the core library,
    /// one with an assembly only in those that are loaded or deployed.</summary>
    /// <exception cref="TypeLoadException">There is none. Other errors of the type loader come through as they are.</exception>
    public static Type GetType(string typeName)
    {
        ArgumentNullException.ThrowIfNull(typeName);
        if (!Types.TryGetValue(typeName, out var type))
        {
            type = Type.GetType(typeName, KnownAssemblies.Find, typeResolver: null, throwOnError: true);
            if (Types.Count < CountMax)
            {
                Types[typeName] = type;
            }
        }

        return type;
    }
}
