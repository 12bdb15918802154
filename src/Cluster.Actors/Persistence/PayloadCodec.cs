using Akka.Actor;
using Akka.Serialization;
using AkkaSerialization = Akka.Serialization.Serialization;

namespace Cluster.Actors.Persistence;

/// <summary>Payloads to bytes and back, by the serializers of the ActorSystem. Actor references are written with the system's address.</summary>
internal sealed class PayloadCodec(ExtendedActorSystem system, string defaultSerializer)
{
    public (int Serializer, string Manifest, byte[] Bytes) Write(object payload)
    {
        Serializer serializer = system.Serialization.FindSerializerFor(payload, defaultSerializer.Length == 0 ? null : defaultSerializer);
        byte[] bytes = AkkaSerialization.WithTransport(system, () => serializer.ToBinary(payload));
        return (serializer.Identifier, AkkaSerialization.ManifestFor(serializer, payload), bytes);
    }

    public object Read(int serializer, string manifest, ReadOnlyMemory<byte> bytes) => system.Serialization.Deserialize(bytes.ToArray(), serializer, manifest);
}
