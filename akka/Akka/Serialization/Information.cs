using System;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>The address under which a system's own actor references are written.</summary>
public sealed class Information : IEquatable<Information>
{
    /// <summary>The address under which the references of a system are written.</summary>
    public Information(Address address, ActorSystem system)
    {
        Address = address;
        System = system;
    }

    /// <summary>The address under which the system's references are written.</summary>
    public Address Address { get; }

    /// <summary>The system that writes.</summary>
    public ActorSystem System { get; }

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(Information left, Information right) => Equals(left, right);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(Information left, Information right) => !Equals(left, right);

    /// <inheritdoc/>
    public bool Equals(Information other) =>
        ReferenceEquals(this, other) || (other is not null && ReferenceEquals(System, other.System) && Equals(Address, other.Address));

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is Information other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Address, System);
}
