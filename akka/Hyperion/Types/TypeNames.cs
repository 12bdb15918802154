using System;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Hyperion.Types;

/// <summary>
/// The short form of a type's name: no version, culture and key, so that it survives a new version of its assembly; the
/// identity of the core library, which differs between runtimes, is written <c>,%core%</c>.
/// </summary>
internal static class TypeNames
{
    private const string Core = ",%core%";

    private static readonly string CoreIdentity = IdentityOf(typeof(object).AssemblyQualifiedName);
    private static readonly Regex Identity = new(", Version=[0-9.]+(, Culture=[^,\\]]+)?(, PublicKeyToken=(null|[0-9a-f]+))?", RegexOptions.CultureInvariant);
    private static readonly ConcurrentDictionary<Type, string> Names = new();

    public static string ShortNameOf(Type type) => Names.TryGetValue(type, out var name) ? name : Names.GetOrAdd(type, Shorten);

    /// <summary>What the runtime can look for.</summary>
    public static string Expand(string shortName) => shortName.Replace(Core, CoreIdentity, StringComparison.Ordinal);

    private static string Shorten(Type type)
    {
        var name = type.AssemblyQualifiedName ?? throw new ArgumentException($"{type} has no name to find it by.", nameof(type));
        return Identity.Replace(name.Replace(CoreIdentity, Core, StringComparison.Ordinal), string.Empty);
    }

    private static string IdentityOf(string qualifiedName) => qualifiedName[qualifiedName.IndexOf(", Version", StringComparison.Ordinal)..];
}
