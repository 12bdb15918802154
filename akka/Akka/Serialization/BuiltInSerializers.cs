using System;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Bytes are themselves. Identifier 4 (from the reference configuration).</summary>
public class ByteArraySerializer : Serializer
{
    /// <summary>Made by the system.</summary>
    public ByteArraySerializer(ExtendedActorSystem system) : base(system)
    {
    }

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        null => null,
        byte[] bytes => bytes,
        _ => throw new NotSupportedException($"{nameof(ByteArraySerializer)} serializes byte arrays, not {obj.GetType()}."),
    };

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => bytes;
}

/// <summary>The serializer of null. Identifier 0.</summary>
public class NullSerializer : Serializer
{
    /// <summary>Made by the system.</summary>
    public NullSerializer(ExtendedActorSystem system) : base(system)
    {
    }

    /// <inheritdoc/>
    public override int Identifier => 0;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => [];

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => null;
}
