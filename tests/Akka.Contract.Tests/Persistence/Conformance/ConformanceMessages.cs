using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Contract.Tests.Persistence.Conformance;

public interface IConformanceEvent;

public sealed record TextEvent(string Text) : IConformanceEvent;

public sealed record EventWithRef(IActorRef Ref) : IConformanceEvent;

/// <summary>Its serializer does not want it.</summary>
public sealed record UnwritableEvent : IConformanceEvent;

public sealed class ConformanceSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const string Settings = """
        akka.actor {
          serializers.conformance = "Akka.Contract.Tests.Persistence.Conformance.ConformanceSerializer, ASSEMBLY"
          serialization-bindings."Akka.Contract.Tests.Persistence.Conformance.IConformanceEvent, ASSEMBLY" = conformance
        }
        """;

    public override int Identifier => 4711;

    /// <summary>The settings with the assembly that this file was compiled into.</summary>
    public static string SettingsHere => Settings.Replace("ASSEMBLY", typeof(ConformanceSerializer).Assembly.GetName().Name, StringComparison.Ordinal);

    public override string Manifest(object o) => o switch
    {
        TextEvent => "text-v1",
        EventWithRef => "ref-v1",
        _ => "unwritable",
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        TextEvent text => Encoding.UTF8.GetBytes(text.Text),
        EventWithRef withRef => Encoding.UTF8.GetBytes(Akka.Serialization.Serialization.SerializedActorPath(withRef.Ref)),
        _ => throw new SerializationException("This event cannot be written."),
    };

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        "text-v1" => new TextEvent(Encoding.UTF8.GetString(bytes)),
        "ref-v1" => new EventWithRef(system.Serialization.DeserializeActorRef(Encoding.UTF8.GetString(bytes))),
        _ => throw new SerializationException($"unknown manifest {manifest}"),
    };
}
