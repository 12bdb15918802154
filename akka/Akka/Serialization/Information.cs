using System;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>The address under which a system's own actor references are written.</summary>
public sealed class Information : IEquatable<Information>
{
    public Information(Address address, ActorSystem system)
    {
        Address = address;
        System = system;
    }

    public Address Address { get; }

    public ActorSystem System { get; }

    public static bool operator ==(Information left, Information right) => Equals(left, right);

    public static bool operator !=(Information left, Information right) => !Equals(left, right);

    public bool Equals(Information other) =>
        ReferenceEquals(this, other) || (other is not null && ReferenceEquals(System, other.System) && Equals(Address, other.Address));

    public override bool Equals(object obj) => obj is Information other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Address, System);
}
