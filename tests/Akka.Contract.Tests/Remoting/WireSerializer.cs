using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Contract.Tests.Remoting;

public interface IWireMessage;

public sealed record Text(string Value) : IWireMessage;

public sealed record Reference(IActorRef Target) : IWireMessage;

public sealed record Unwritable : IWireMessage;

public sealed record Unreadable : IWireMessage;

public sealed class WireSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 1010;

    public override string Manifest(object o) => o.GetType().Name;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(obj switch
    {
        Text text => text.Value,
        Reference reference => Akka.Serialization.Serialization.SerializedActorPath(reference.Target),
        Unreadable => "",
        _ => throw new SerializationException($"cannot write {obj}"),
    });

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        nameof(Text) => new Text(Encoding.UTF8.GetString(bytes)),
        nameof(Reference) => new Reference(system.Serialization.DeserializeActorRef(Encoding.UTF8.GetString(bytes))),
        _ => throw new SerializationException($"cannot read {manifest}"),
    };
}
