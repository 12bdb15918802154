using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Util;

namespace Akka.Cluster;

/// <summary>A node of the cluster and its status. Equality is that of the node: it ignores the status.</summary>
public class Member : IComparable<Member>, IComparable
{
    /// <summary>Host (ordinal), then port.</summary>
    public static readonly IComparer<Address> AddressOrdering = Comparer<Address>.Create(CompareAddresses);

    /// <summary>Oldest first; members that are not Up yet count as youngest.</summary>
    public static readonly IComparer<Member> AgeOrdering = Comparer<Member>.Create(static (a, b) => a.Equals(b) ? 0 : a.IsOlderThan(b) ? -1 : 1);

    private const int NotUpYet = int.MaxValue;

    private Member(UniqueAddress uniqueAddress, int upNumber, MemberStatus status, ImmutableHashSet<string> roles, AppVersion appVersion)
    {
        UniqueAddress = uniqueAddress;
        UpNumber = upNumber;
        Status = status;
        Roles = roles;
        AppVersion = appVersion;
    }

    /// <summary>Address and uid.</summary>
    public UniqueAddress UniqueAddress { get; }

    /// <summary>Where it is.</summary>
    public Address Address => UniqueAddress.Address;

    /// <summary>How far it is.</summary>
    public MemberStatus Status { get; }

    /// <summary>What it is for.</summary>
    public ImmutableHashSet<string> Roles { get; }

    /// <summary>What it runs.</summary>
    public AppVersion AppVersion { get; }

    internal int UpNumber { get; }

    /// <summary>Of two, the one that counts in a merge.</summary>
    public static Member HighestPriorityOf(Member m1, Member m2)
    {
        if (m1.Status == m2.Status) return m1.UpNumber <= m2.UpNumber ? m1 : m2;
        return Priority(m1.Status) >= Priority(m2.Status) ? m1 : m2;
    }

    /// <summary>Of two, the one that is further on.</summary>
    public static Member PickNextTransition(Member a, Member b) => HighestPriorityOf(a, b);

    /// <summary>Of two, the one that is further on.</summary>
    public static ImmutableSortedSet<Member> PickNextTransition(IEnumerable<Member> a, IEnumerable<Member> b)
    {
        var picked = new Dictionary<UniqueAddress, Member>();
        foreach (var member in a.Concat(b))
            picked[member.UniqueAddress] = picked.TryGetValue(member.UniqueAddress, out var other) ? HighestPriorityOf(member, other) : member;
        return picked.Values.ToImmutableSortedSet();
    }

    /// <summary>Of each node the status further on in life; one that only one side knows and that was on its way out is gone.</summary>
    public static ImmutableHashSet<Member> PickHighestPriority(IEnumerable<Member> a, IEnumerable<Member> b)
    {
        var left = a.ToDictionary(static m => m.UniqueAddress);
        var right = b.ToDictionary(static m => m.UniqueAddress);
        var picked = ImmutableHashSet.CreateBuilder<Member>();
        foreach (var (node, member) in left)
        {
            if (right.TryGetValue(node, out var other)) picked.Add(HighestPriorityOf(member, other));
            else if (member.Status is not (MemberStatus.Down or MemberStatus.Exiting)) picked.Add(member);
        }

        foreach (var (node, member) in right)
            if (!left.ContainsKey(node) && member.Status is not (MemberStatus.Down or MemberStatus.Exiting)) picked.Add(member);
        return picked.ToImmutable();
    }

    /// <summary>True if it has the role.</summary>
    public bool HasRole(string role) => Roles.Contains(role);

    /// <summary>True if it has been up for longer.</summary>
    public bool IsOlderThan(Member other) =>
        UpNumber == other.UpNumber ? AddressOrdering.Compare(Address, other.Address) < 0 : UpNumber < other.UpNumber;

    /// <summary>The same with another status.</summary>
    public Member Copy(MemberStatus status)
    {
        if (status == Status) return this;
        if (!IsAllowed(Status, status)) throw new InvalidOperationException($"Invalid member status transition {Status} -> {status}");
        return new Member(UniqueAddress, UpNumber, status, Roles, AppVersion);
    }

    /// <summary>The same, up, with its place in the order of age.</summary>
    public Member CopyUp(int upNumber) => new Member(UniqueAddress, upNumber, Status, Roles, AppVersion).Copy(MemberStatus.Up);

    /// <inheritdoc/>
    public int CompareTo(Member other) => UniqueAddress.CompareTo(other?.UniqueAddress);

    int IComparable.CompareTo(object obj) => CompareTo((Member)obj);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is Member other && UniqueAddress.Equals(other.UniqueAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => UniqueAddress.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() =>
        $"Member(address = {Address}, Uid={UniqueAddress.Uid} status = {Status}, role=[{string.Join(",", Roles)}], upNumber={UpNumber}, version={AppVersion})";

    internal static Member Create(UniqueAddress node, ImmutableHashSet<string> roles, AppVersion appVersion) =>
        new(node, NotUpYet, MemberStatus.Joining, roles, appVersion);

    internal static Member Create(UniqueAddress node, int upNumber, MemberStatus status, ImmutableHashSet<string> roles, AppVersion appVersion) =>
        new(node, upNumber, status, roles, appVersion);

    internal static Member Removed(UniqueAddress node) =>
        new(node, NotUpYet, MemberStatus.Removed, ImmutableHashSet<string>.Empty, AppVersion.Zero);

    private static int Priority(MemberStatus status) => status switch
    {
        MemberStatus.Removed => 6,
        MemberStatus.Down => 5,
        MemberStatus.Exiting => 4,
        MemberStatus.Leaving => 3,
        MemberStatus.Up => 2,
        MemberStatus.WeaklyUp => 1,
        _ => 0,
    };

    private static bool IsAllowed(MemberStatus from, MemberStatus to) => from switch
    {
        MemberStatus.Joining => to is MemberStatus.WeaklyUp or MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Down or MemberStatus.Removed,
        MemberStatus.WeaklyUp => to is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Down or MemberStatus.Removed,
        MemberStatus.Up => to is MemberStatus.Leaving or MemberStatus.Down or MemberStatus.Removed,
        MemberStatus.Leaving => to is MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Removed,
        MemberStatus.Exiting => to is MemberStatus.Removed or MemberStatus.Down,
        MemberStatus.Down => to is MemberStatus.Removed,
        _ => false,
    };

    private static int CompareAddresses(Address a, Address b)
    {
        if (ReferenceEquals(a, b)) return 0;
        if (a is null) return -1;
        if (b is null) return 1;
        int result = string.CompareOrdinal(a.Host ?? "", b.Host ?? "");
        return result != 0 ? result : Nullable.Compare(a.Port, b.Port);
    }
}
