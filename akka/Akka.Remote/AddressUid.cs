using System.Security.Cryptography;
using Akka.Actor;

namespace Akka.Remote;

/// <summary>The number of this incarnation of the actor system: two systems that follow each other at one address differ in it.</summary>
public class AddressUid : IExtension
{
    public readonly int Uid = RandomNumberGenerator.GetInt32(1, int.MaxValue);
}

public class AddressUidExtension : ExtensionIdProvider<AddressUid>
{
    public static int Uid(ActorSystem system) => system.WithExtension<AddressUid, AddressUidExtension>().Uid;

    public override AddressUid CreateExtension(ExtendedActorSystem system) => new();
}
