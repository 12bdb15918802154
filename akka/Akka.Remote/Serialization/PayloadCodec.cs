using System;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>A message within a message: i32 serializer, manifest, bytes.</summary>
internal static class PayloadCodec
{
    public static void Write(WireWriter writer, object payload, ExtendedActorSystem system)
    {
        Serializer serializer = system.Serialization.FindSerializerFor(payload);
        writer.Int32(serializer.Identifier)
            .String(Akka.Serialization.Serialization.ManifestFor(serializer, payload))
            .Bytes(serializer.ToBinary(payload));
    }

    public static object Read(ref WireReader reader, ExtendedActorSystem system)
    {
        int serializer = reader.Int32();
        string manifest = reader.String() ?? string.Empty;
        byte[] bytes = reader.Bytes() ?? [];
        return system.Serialization.Deserialize(bytes, serializer, manifest);
    }

    public static void WriteActor(WireWriter writer, IActorRef actor) =>
        writer.String(actor is null ? null : Akka.Serialization.Serialization.SerializedActorPath(actor));

    /// <summary>Null for no actor.</summary>
    public static IActorRef ReadActor(ref WireReader reader, ExtendedActorSystem system)
    {
        string path = reader.String();
        return string.IsNullOrEmpty(path) ? null : system.Provider.ResolveActorRef(path);
    }

    /// <summary>What a serializer may throw is fixed: damage of the bytes is a SerializationException.</summary>
    public static SerializationException Damaged(ProtocolException cause) => new("The bytes of the message are damaged: " + cause.Message, cause);

    public static SerializationException Unknown(Serializer serializer, string manifest) =>
        new(serializer.GetType().Name + " knows no manifest [" + manifest + "]");

    public static ArgumentException Unsupported(Serializer serializer, object message) =>
        new(serializer.GetType().Name + " does not serialize " + message?.GetType(), nameof(message));
}
