using System;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Persistence.Serialization;

/// <summary>Any object, with the serializer that wrote it: 1 identifier, 2 bytes, 3 manifest.</summary>
internal static class PayloadFormat
{
    // A payload may be a wrapper with a payload of its own; nobody needs many, and a hostile message has no end.
    private const int DepthMax = 32;

    [ThreadStatic]
    private static int _depth;

    public static byte[] Write(ExtendedActorSystem system, object payload)
    {
        ProtoWriter writer = new();
        if (payload is not null)
        {
            Serializer serializer = system.Serialization.FindSerializerFor(payload);
            byte[] bytes = Akka.Serialization.Serialization.WithTransport(
                system, (serializer, payload), static state => state.serializer.ToBinary(state.payload));
            writer.Number(1, serializer.Identifier);
            if (bytes.Length > 0) writer.Bytes(2, bytes);
            writer.Text(3, Akka.Serialization.Serialization.ManifestFor(serializer, payload));
        }

        return writer.ToArray();
    }

    /// <exception cref="SerializationException">The bytes are damaged, or written by something unknown.</exception>
    public static object Read(ExtendedActorSystem system, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return null;
        int serializer = 0;
        byte[] payload = [];
        string manifest = string.Empty;
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    serializer = (int)reader.Number;
                    break;
                case 2:
                    payload = reader.Bytes.ToArray();
                    break;
                case 3:
                    manifest = reader.Text;
                    break;
            }
        }

        if (_depth >= DepthMax) throw new SerializationException($"Payloads are nested deeper than {DepthMax}.");
        _depth++;
        try
        {
            return system.Serialization.Deserialize(payload, serializer, manifest);
        }
        finally
        {
            _depth--;
        }
    }
}
