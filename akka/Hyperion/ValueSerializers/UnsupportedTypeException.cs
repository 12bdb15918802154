using System;

namespace Hyperion.ValueSerializers;

/// <summary>Objects of this type cannot be serialized at all.</summary>
public class UnsupportedTypeException : Exception
{
    /// <summary>Which one.</summary>
    public Type Type;

    /// <summary>Says what happened.</summary>
    public UnsupportedTypeException(Type t, string msg) : base(msg)
    {
        Type = t;
    }
}
