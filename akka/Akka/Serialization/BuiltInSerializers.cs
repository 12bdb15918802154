using System;
using System.Runtime.Serialization;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Bytes are themselves. Identifier 4 (from the reference configuration).</summary>
public class ByteArraySerializer : Serializer
{
    public ByteArraySerializer(ExtendedActorSystem system) : base(system)
    {
    }

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => obj switch
    {
        null => null,
        byte[] bytes => bytes,
        _ => throw new NotSupportedException($"{nameof(ByteArraySerializer)} serializes byte arrays, not {obj.GetType()}."),
    };

    public override object FromBinary(byte[] bytes, Type type) => bytes;
}

/// <summary>The serializer of null. Identifier 0.</summary>
public class NullSerializer : Serializer
{
    public NullSerializer(ExtendedActorSystem system) : base(system)
    {
    }

    public override int Identifier => 0;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => [];

    public override object FromBinary(byte[] bytes, Type type) => null;
}

/// <summary>
/// The fall-back for messages that nobody bound: public properties and fields as JSON, the type in the manifest. Members have to be
/// declared with the type that they hold. Identifier 1 (from the reference configuration).
/// </summary>
internal sealed class DefaultJsonSerializer : Serializer
{
    private readonly System.Text.Json.JsonSerializerOptions _options;

    public DefaultJsonSerializer(ExtendedActorSystem system) : base(system)
    {
        _options = new System.Text.Json.JsonSerializerOptions { IncludeFields = true, MaxDepth = 64 };
        _options.Converters.Add(new ActorRefJsonConverter(system));
    }

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj)
    {
        try
        {
            return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(obj, obj.GetType(), _options);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new SerializationException($"No serializer is bound to {obj.GetType()}, and the default one cannot write it.", e);
        }
    }

    public override object FromBinary(byte[] bytes, Type type)
    {
        try
        {
            return System.Text.Json.JsonSerializer.Deserialize(bytes, type, _options);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new SerializationException($"No serializer is bound to {type}, and the default one cannot read it.", e);
        }
    }
}
