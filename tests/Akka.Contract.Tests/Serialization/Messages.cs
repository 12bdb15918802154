using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace Akka.Contract.Tests.Serialization;

public interface IStoreMessage;

public sealed record Put(string Key) : IStoreMessage;

public record Base(string Text);

public sealed record Derived(string Text) : Base(Text);

public sealed record WithRef(IActorRef Target) : IStoreMessage;

public sealed class StoreSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override string Manifest(object o) => o switch
    {
        Put => "P",
        WithRef => "R",
        _ => throw new ArgumentException($"unknown {o}", nameof(o)),
    };

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(obj switch
    {
        Put put => put.Key,
        WithRef withRef => Akka.Serialization.Serialization.SerializedActorPath(withRef.Target),
        _ => throw new ArgumentException($"unknown {obj}", nameof(obj)),
    });

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        "P" => new Put(Encoding.UTF8.GetString(bytes)),
        "R" => new WithRef(system.Serialization.DeserializeActorRef(Encoding.UTF8.GetString(bytes))),
        _ => throw new SerializationException($"unknown manifest {manifest}"),
    };
}

public sealed class BaseSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 1002;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Base)obj).Text);

    public override object FromBinary(byte[] bytes, Type type) => Activator.CreateInstance(type, Encoding.UTF8.GetString(bytes))!;
}

public sealed class ConfiguredSerializer : Serializer
{
    public ConfiguredSerializer(ExtendedActorSystem system, Config config) : base(system)
    {
        Setting = config.GetInt("setting");
    }

    public int Setting { get; }

    public override int Identifier => 1003;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => [];

    public override object FromBinary(byte[] bytes, Type type) => new Configured();
}

public sealed record Configured;
