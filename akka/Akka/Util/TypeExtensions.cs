using System;
using System.Collections.Concurrent;

namespace Akka.Util;

/// <summary>Help with types.</summary>
public static class TypeExtensions
{
    private static readonly ConcurrentDictionary<Type, string> QualifiedNames = new();

    /// <summary>True if the type is, or derives from, the more general one.</summary>
    public static bool Implements<T>(this Type type) => Implements(type, typeof(T));

    /// <summary>True if the type is, or derives from, the more general one.</summary>
    public static bool Implements(this Type type, Type moreGeneralType) => moreGeneralType.IsAssignableFrom(type);

    /// <summary>The name of the type and of its assembly, without versions, also for the arguments of a generic type.</summary>
    public static string TypeQualifiedName(this Type type) =>
        QualifiedNames.TryGetValue(type, out var name)
            ? name
            : QualifiedNames.GetOrAdd(type, static t => WithoutVersions(t.AssemblyQualifiedName ?? t.ToString()));

    /// <summary>Cuts every <c>, Version=…, Culture=…, PublicKeyToken=…</c>.</summary>
    private static string WithoutVersions(string name)
    {
        const string Version = ", Version=";
        for (var start = name.IndexOf(Version, StringComparison.Ordinal); start >= 0; start = name.IndexOf(Version, start, StringComparison.Ordinal))
        {
            var end = name.IndexOf(']', start);
            name = end < 0 ? name[..start] : name.Remove(start, end - start);
        }

        return name;
    }
}
