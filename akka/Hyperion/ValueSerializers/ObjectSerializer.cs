using System;
using System.IO;
using Hyperion.Sessions;

namespace Hyperion.ValueSerializers;

/// <summary>A <see cref="ValueSerializer"/> made of two delegates: what a <see cref="SerializerFactories.ValueSerializerFactory"/> usually builds.</summary>
public class ObjectSerializer : ValueSerializer
{
    private ObjectReader _reader;
    private ObjectWriter _writer;

    /// <summary>For objects of that type.</summary>
    public ObjectSerializer(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        Type = type;
    }

    /// <summary>For objects of that type.</summary>
    public Type Type { get; }

    /// <summary>Both delegates; <paramref name="preallocatedBufferSize"/> is of no use here.</summary>
    public void Initialize(ObjectReader reader, ObjectWriter writer, int preallocatedBufferSize = 0)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(writer);
        _reader = reader;
        _writer = writer;
    }

    /// <inheritdoc/>
    public override void WriteManifest(Stream stream, SerializerSession session)
    {
        session.Output.WriteByte((byte)Tag.Object);
        session.WriteTypeReference(session.Serializer.ContentOf(Type));
    }

    /// <inheritdoc/>
    public override void WriteValue(Stream stream, object value, SerializerSession session) => Initialized(_writer)(stream, value, session);

    /// <inheritdoc/>
    public override object ReadValue(Stream stream, DeserializerSession session) => Initialized(_reader)(stream, session);

    /// <inheritdoc/>
    public override Type GetElementType() => Type;

    private T Initialized<T>(T part) where T : class =>
        part ?? throw new InvalidOperationException($"The serializer of {Type} was not initialized.");
}
