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

    public static TypeFilterBuilder Create() => new();

    public TypeFilterBuilder Include<T>() => Include(typeof(T));

    public TypeFilterBuilder Include(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        _types.Add(type);
        return this;
    }

    public TypeFilter Build() => new(_types);
}
