using Akka.Actor;
using Akka.Serialization;

namespace Cluster.Actors.Wire;

/// <summary>
/// Serializer of all control messages. A manifest is a short name from <see cref="ControlMessages"/>; names are only ever
/// added, never given to another type. An unknown name is refused before anything is read.
/// </summary>
public sealed class ControlSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const int SerializerId = 102;

    public override int Identifier => SerializerId;

    public override string Manifest(object o) =>
        ControlMessages.NameOf(o.GetType()) ?? throw new ArgumentException($"{o.GetType()} is not a control message of this version");

    public override byte[] ToBinary(object obj)
    {
        if (obj is not IControlMessage message) throw new ArgumentException($"{obj.GetType()} is not a control message");
        using var writer = new WireWriter();
        message.Write(writer);
        return writer.ToArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        var read = ControlMessages.ReaderOf(manifest) ?? throw new WireFormatException($"unknown control message '{manifest}'");
        var reader = new WireReader(bytes);
        var message = read(ref reader);
        reader.End();
        return message;
    }
}
