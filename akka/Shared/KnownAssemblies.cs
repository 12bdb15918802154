using System;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO;
using System.Linq;
using System.Reflection;

namespace TypesFromPeers;

/// <summary>
/// The assemblies that a type name from a peer may mention: those that are loaded, and those that the application was deployed with.
/// For any other name the runtime would search files and ask handlers, at megabytes a time, and remember the failure: strangers can make
/// up any number of them. A version in a name is not looked at. Compiled into Akka and into Hyperion, which does not know Akka.
/// </summary>
internal static class KnownAssemblies
{
    private static readonly ConcurrentDictionary<string, Assembly> Found = new(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Deployed =
        ((AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string) ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(Path.GetFileNameWithoutExtension)
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null if there is none.</summary>
    public static Assembly Find(AssemblyName name)
    {
        string simple = name.Name ?? string.Empty;
        if (Found.TryGetValue(simple, out Assembly known)) return known;
        Assembly found = FindLoaded(simple) ?? (Deployed.Contains(simple) ? Assembly.Load(new AssemblyName(simple)) : null);
        if (found is not null) Found[simple] = found;
        return found;
    }

    private static Assembly FindLoaded(string simple)
    {
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            ReadOnlySpan<char> name = assembly.FullName.AsSpan();
            int comma = name.IndexOf(',');
            if ((comma < 0 ? name : name[..comma]).Equals(simple, StringComparison.OrdinalIgnoreCase)) return assembly;
        }

        return null;
    }
}
