using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Cluster.Actors.Wire;

/// <summary>
/// Serializer of all control messages. A manifest is a short name from <see cref="ControlMessages"/>; an unknown name is
/// refused before anything is read. The fields travel by name through Hyperion, behind a type filter of our own, so that bytes from a
/// stranger can neither name nor make anything but the few types of <see cref="ControlFields"/>. Whatever is wrong is a
/// <see cref="SerializationException"/> or an <see cref="ArgumentException"/>: that is what remoting logs and drops without giving up
/// the association.
/// </summary>
public sealed class ControlSerializer : SerializerWithStringManifest
{
    public const int SerializerId = 102;

    /// <summary>Of one message; what remoting carries at most (its maximum-frame-size) is not larger.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    private readonly HyperionSerializer _fields;

    public ControlSerializer(ExtendedActorSystem system) : base(system) =>
        _fields = new HyperionSerializer(system, HyperionSerializerSettings.Default
            .WithTypeFilter(ControlTypeFilter.Instance)
            .WithDisallowUnsafeType(true)
            .WithPreserveObjectReference(false) // a message is a tree
            .WithVersionTolerance(false)); // names and values carry their own

    public override int Identifier => SerializerId;

    public override string Manifest(object o) =>
        ControlMessages.NameOf(o.GetType()) ?? throw new ArgumentException($"{o.GetType()} is not a control message of this version");

    public override byte[] ToBinary(object obj)
    {
        if (ControlMessages.ShapeOf(Manifest(obj)) is not { } shape) throw new ArgumentException($"{obj.GetType()} is not a control message");
        byte[] bytes;
        try
        {
            bytes = _fields.ToBinary(shape.Write(obj));
        }
        catch (Exception e) when (e is not SerializationException)
        {
            throw new SerializationException($"cannot write a {obj.GetType().Name}: {e.Message}", e);
        }

        return bytes.Length <= BytesMax ? bytes : throw new SerializationException($"a {obj.GetType().Name} of {bytes.Length} bytes exceeds {BytesMax}");
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        var shape = ControlMessages.ShapeOf(manifest) ?? throw new WireFormatException($"unknown control message '{manifest}'");
        if (bytes.Length > BytesMax) throw new WireFormatException($"a '{manifest}' of {bytes.Length} bytes exceeds {BytesMax}");
        try
        {
            return _fields.FromBinary(bytes, typeof(ControlFields)) is ControlFields fields
                ? shape.Read(fields)
                : throw new WireFormatException($"a '{manifest}' has no fields");
        }
        catch (Exception e) when (e is not SerializationException)
        {
            throw new SerializationException($"cannot read a '{manifest}': {e.Message}", e);
        }
    }
}
