using System;
using System.Collections.Generic;

namespace Hyperion;

/// <summary>Collects the types of a <see cref="TypeFilter"/>.</summary>
public class TypeFilterBuilder
{
    private readonly List<Type> _types = [];

    private TypeFilterBuilder()
    {
    }

    /// <summary>Allows nothing yet.</summary>
    public static TypeFilterBuilder Create() => new();

    /// <summary>Allows that type.</summary>
    public TypeFilterBuilder Include<T>() => Include(typeof(T));

    /// <summary>Allows that type.</summary>
    public TypeFilterBuilder Include(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        _types.Add(type);
        return this;
    }

    /// <summary>The filter.</summary>
    public TypeFilter Build() => new(_types);
}
