using System;
using System.Collections.Frozen;

namespace Hyperion.Codecs;

/// <summary>The type under which an object travels, where its own is a matter of the library that made it.</summary>
internal static class WireTypes
{
    private static readonly Type[] Public = [typeof(FrozenDictionary<,>), typeof(FrozenSet<>)];

    public static Type Of(Type type)
    {
        for (var at = type.BaseType; at != null; at = at.BaseType)
        {
            if (at.IsGenericType && Array.IndexOf(Public, at.GetGenericTypeDefinition()) >= 0)
            {
                return at;
            }
        }

        return type;
    }
}
