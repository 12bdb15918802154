using System;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Hyperion.Types;

/// <summary>
/// The assemblies that a message may name: those that are loaded, and those that the application was deployed with. For any
/// other name the runtime would search files and ask handlers, and remember the failure: strangers can make up any number of names.
/// A version in a name is not looked at.
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
        var simple = name.Name ?? string.Empty;
        if (Found.TryGetValue(simple, out var known))
        {
            return known;
        }

        var found = FindLoaded(simple) ?? (Deployed.Contains(simple) ? Assembly.Load(new AssemblyName(simple)) : null);
        if (found != null)
        {
            Found[simple] = found;
        }

        return found;
    }

    private static Assembly FindLoaded(string simple)
    {
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            var name = assembly.FullName.AsSpan();
            var comma = name.IndexOf(',');
            if ((comma < 0 ? name : name[..comma]).Equals(simple, StringComparison.OrdinalIgnoreCase))
            {
                return assembly;
            }
        }

        return null;
    }
}
