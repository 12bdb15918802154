using System.Security.Cryptography;
using Akka.Actor;

namespace Akka.Remote;

/// <summary>The number of this incarnation of the actor system: two systems that follow each other at one address differ in it.</summary>
public class AddressUid : IExtension
{
    /// <summary>Of this incarnation of the system: another number after every start.</summary>
    public readonly int Uid = RandomNumberGenerator.GetInt32(1, int.MaxValue);
}

/// <summary>Gives every system its number.</summary>
public class AddressUidExtension : ExtensionIdProvider<AddressUid>
{
    /// <summary>The number of the system, made at the first question.</summary>
    public static int Uid(ActorSystem system) => system.WithExtension<AddressUid, AddressUidExtension>().Uid;

    /// <inheritdoc />
    public override AddressUid CreateExtension(ExtendedActorSystem system) => new();
}
