using System;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Persistence.Serialization;

/// <summary>Writes snapshots. Identifier 8.</summary>
public class PersistenceSnapshotSerializer : Serializer
{
    /// <summary>Made by the system.</summary>
    public PersistenceSnapshotSerializer(ExtendedActorSystem system) : base(system)
    {
    }

    /// <inheritdoc/>
    public override bool IncludeManifest => true;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj is Snapshot snapshot
        ? PayloadFormat.Write(system, snapshot.Data)
        : throw new ArgumentException($"Can't serialize object of type [{obj?.GetType()}] in [{GetType()}]", nameof(obj));

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => type == typeof(Snapshot)
        ? new Snapshot(PayloadFormat.Read(system, bytes))
        : throw new SerializationException($"Unimplemented deserialization of message with type [{type}] in [{GetType()}]");
}
