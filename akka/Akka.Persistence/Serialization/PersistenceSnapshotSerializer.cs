using System;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Persistence.Serialization;

/// <summary>Writes snapshots. Identifier 8.</summary>
public class PersistenceSnapshotSerializer : Serializer
{
    public PersistenceSnapshotSerializer(ExtendedActorSystem system) : base(system)
    {
    }

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => obj is Snapshot snapshot
        ? PayloadFormat.Write(system, snapshot.Data)
        : throw new ArgumentException($"Can't serialize object of type [{obj?.GetType()}] in [{GetType()}]", nameof(obj));

    public override object FromBinary(byte[] bytes, Type type) => type == typeof(Snapshot)
        ? new Snapshot(PayloadFormat.Read(system, bytes))
        : throw new SerializationException($"Unimplemented deserialization of message with type [{type}] in [{GetType()}]");
}
