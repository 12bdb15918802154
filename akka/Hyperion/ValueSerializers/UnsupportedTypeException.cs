using System;

namespace Hyperion.ValueSerializers;

/// <summary>Objects of this type cannot be serialized at all.</summary>
public class UnsupportedTypeException : Exception
{
    public Type Type;

    public UnsupportedTypeException(Type t, string msg) : base(msg)
    {
        Type = t;
    }
}
