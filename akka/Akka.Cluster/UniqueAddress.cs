using System;
using Akka.Actor;

namespace Akka.Cluster;

/// <summary>One incarnation of a node: its address, and the uid that its actor system drew when it started.</summary>
public class UniqueAddress : IEquatable<UniqueAddress>, IComparable<UniqueAddress>, IComparable
{
    public UniqueAddress(Address address, int uid)
    {
        Address = address;
        Uid = uid;
    }

    public Address Address { get; }

    public int Uid { get; }

    public static bool operator ==(UniqueAddress left, UniqueAddress right) => Equals(left, right);

    public static bool operator !=(UniqueAddress left, UniqueAddress right) => !Equals(left, right);

    public bool Equals(UniqueAddress other) =>
        ReferenceEquals(this, other) || (other is not null && Uid == other.Uid && Address.Equals(other.Address));

    public override bool Equals(object obj) => Equals(obj as UniqueAddress);

    public override int GetHashCode() => Uid;

    public int CompareTo(UniqueAddress uniqueAddress)
    {
        if (uniqueAddress is null) return 1;
        int result = Member.AddressOrdering.Compare(Address, uniqueAddress.Address);
        return result != 0 ? result : Uid.CompareTo(uniqueAddress.Uid);
    }

    int IComparable.CompareTo(object obj) => CompareTo((UniqueAddress)obj);

    public override string ToString() => $"UniqueAddress: ({Address}, {Uid})";
}
