using System;
using Akka.Actor;
using Akka.Persistence.Serialization;

namespace Akka.Persistence;

/// <summary>
/// The system's serializers were made before the defaults of persistence joined its configuration; so persistence's own are added here,
/// unless the user has bound others.
/// </summary>
internal static class PersistenceSerializers
{
    public static void Register(ExtendedActorSystem system)
    {
        Add<IMessage>(system, new PersistenceMessageSerializer(system));
        Add<Serialization.Snapshot>(system, new PersistenceSnapshotSerializer(system));
    }

    private static void Add<TBound>(ExtendedActorSystem system, Akka.Serialization.Serializer serializer)
    {
        Akka.Serialization.Serialization serialization = system.Serialization;
        Type bound = typeof(TBound);
        if (!ReferenceEquals(serialization.FindSerializerForType(bound), serialization.FindSerializerForType(typeof(object)))) return;
        serialization.AddSerializer(serializer);
        serialization.AddSerializationMap(bound, serializer);
    }
}
