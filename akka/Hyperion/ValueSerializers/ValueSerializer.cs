using System;
using System.IO;

namespace Hyperion.ValueSerializers;

/// <summary>Writes and reads the objects of one type. Any number of threads may call it at once.</summary>
public abstract class ValueSerializer
{
    /// <summary>Writes what tells the reader the type: delegate to an <see cref="ObjectSerializer"/> of it.</summary>
    public abstract void WriteManifest(Stream stream, SerializerSession session);

    /// <summary>Writes the object.</summary>
    public abstract void WriteValue(Stream stream, object value, SerializerSession session);

    /// <summary>Reads the object.</summary>
    public abstract object ReadValue(Stream stream, DeserializerSession session);

    /// <summary>The type that it is for.</summary>
    public abstract Type GetElementType();
}
