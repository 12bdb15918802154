using System;
using System.IO;

namespace Hyperion.ValueSerializers;

/// <summary>Writes and reads the objects of one type. Any number of threads may call it at once.</summary>
public abstract class ValueSerializer
{
    /// <summary>Writes what tells the reader the type: delegate to an <see cref="ObjectSerializer"/> of it.</summary>
    public abstract void WriteManifest(Stream stream, SerializerSession session);

    public abstract void WriteValue(Stream stream, object value, SerializerSession session);

    public abstract object ReadValue(Stream stream, DeserializerSession session);

    public abstract Type GetElementType();
}
