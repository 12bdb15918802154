using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Hyperion.Types;

namespace Hyperion;

/// <summary>
/// Allows the types that were listed, by their short names. A serializer asks with the assembly-qualified name when it
/// writes: this filter serves readers only.
/// </summary>
public sealed class TypeFilter : ITypeFilter
{
    internal TypeFilter(IEnumerable<Type> types)
    {
        var names = ImmutableHashSet.CreateBuilder(StringComparer.Ordinal);
        foreach (var type in types)
        {
            names.Add(TypeNames.ShortNameOf(type));
        }

        FilteredTypes = names.ToImmutable();
    }

    /// <summary>The names of the types that are allowed.</summary>
    public ImmutableHashSet<string> FilteredTypes { get; }

    /// <summary>True if objects of the type of that name may be made.</summary>
    public bool IsAllowed(string typeName) => FilteredTypes.Contains(typeName);
}
