using System;
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>One incarnation of a node: its address, and the uid that its actor system drew when it started.</summary>
public class UniqueAddress : IEquatable<UniqueAddress>, IComparable<UniqueAddress>, IComparable
{
    /// <summary>Address and uid: one incarnation of a node.</summary>
    public UniqueAddress(Address address, int uid)
    {
        Address = address;
        Uid = uid;
    }

    /// <summary>Where it is.</summary>
    public Address Address { get; }

    /// <summary>The number of the incarnation.</summary>
    public int Uid { get; }

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(UniqueAddress left, UniqueAddress right) => Equals(left, right);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(UniqueAddress left, UniqueAddress right) => !Equals(left, right);

    /// <inheritdoc/>
    public bool Equals(UniqueAddress other) =>
        ReferenceEquals(this, other) || (other is not null && Uid == other.Uid && Address.Equals(other.Address));

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as UniqueAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => Uid;

    /// <inheritdoc/>
    public int CompareTo(UniqueAddress uniqueAddress)
    {
        if (uniqueAddress is null) return 1;
        int result = Member.AddressOrdering.Compare(Address, uniqueAddress.Address);
        return result != 0 ? result : Uid.CompareTo(uniqueAddress.Uid);
    }

    int IComparable.CompareTo(object obj) => CompareTo((UniqueAddress)obj);

    /// <inheritdoc/>
    public override string ToString() => $"UniqueAddress: ({Address}, {Uid})";
}
