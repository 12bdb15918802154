using Akka.Actor;
using Akka.Serialization;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Peers;

/// <summary>Hands a frame's bytes to remoting and back without a copy; the link itself encodes and decodes.</summary>
public sealed class PeerFrameSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const int SerializerId = 101;

    private const string FrameManifest = "F";

    public override int Identifier => SerializerId;

    public override string Manifest(object o) => FrameManifest;

    public override byte[] ToBinary(object obj) => obj is PeerFrame frame
        ? frame.Bytes
        : throw new ArgumentException($"expected a {nameof(PeerFrame)}, got {obj.GetType()}");

    public override object FromBinary(byte[] bytes, string manifest) => manifest == FrameManifest
        ? new PeerFrame(bytes)
        : throw new WireFormatException($"unknown peer frame manifest '{manifest}'");
}
