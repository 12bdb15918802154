using System;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>What a subscriber of the membership is told.</summary>
public class ClusterEvent
{
    /// <summary>The state comes first, then events.</summary>
    public static readonly SubscriptionInitialStateMode InitialStateAsSnapshot = SubscriptionInitialStateMode.InitialStateAsSnapshot;
    /// <summary>The state comes as the events that made it.</summary>
    public static readonly SubscriptionInitialStateMode InitialStateAsEvents = SubscriptionInitialStateMode.InitialStateAsEvents;

    /// <summary>How a new subscriber learns of what is already so.</summary>
    public enum SubscriptionInitialStateMode
    {
        /// <summary>The state comes first, then events.</summary>
        InitialStateAsSnapshot = 0,
        /// <summary>The state comes as the events that made it.</summary>
        InitialStateAsEvents = 1,
    }

    /// <summary>A change of the cluster.</summary>
    public interface IClusterDomainEvent : IDeadLetterSuppression
    {
    }

    /// <summary>A change of a member.</summary>
    public interface IMemberEvent : IClusterDomainEvent
    {
        /// <summary>Which one.</summary>
        Member Member { get; }
    }

    /// <summary>A change of who is heard of.</summary>
    public interface IReachabilityEvent : IClusterDomainEvent
    {
    }

    /// <summary>The membership as this node sees it at one moment.</summary>
    public sealed class CurrentClusterState : INoSerializationVerificationNeeded
    {
        private readonly ImmutableDictionary<string, Address> _roleLeaders;

        /// <summary>The members at a moment.</summary>
        public CurrentClusterState()
            : this(ImmutableSortedSet<Member>.Empty, ImmutableHashSet<Member>.Empty, ImmutableHashSet<Address>.Empty, null, ImmutableDictionary<string, Address>.Empty)
        {
        }

        /// <summary>The members at a moment.</summary>
        public CurrentClusterState(
            ImmutableSortedSet<Member> members,
            ImmutableHashSet<Member> unreachable,
            ImmutableHashSet<Address> seenBy,
            Address leader,
            ImmutableDictionary<string, Address> roleLeaderMap)
        {
            Members = members;
            Unreachable = unreachable;
            SeenBy = seenBy;
            Leader = leader;
            _roleLeaders = roleLeaderMap;
        }

        /// <summary>In address order.</summary>
        public ImmutableSortedSet<Member> Members { get; }

        /// <summary>Those that are not heard of.</summary>
        public ImmutableHashSet<Member> Unreachable { get; }

        /// <summary>Those that have seen this state.</summary>
        public ImmutableHashSet<Address> SeenBy { get; }

        /// <summary>Who leads; null for nobody.</summary>
        public Address Leader { get; }

        /// <summary>The roles of all.</summary>
        public ImmutableHashSet<string> AllRoles => Members.SelectMany(static m => m.Roles).ToImmutableHashSet();

        /// <summary>True while not all run the same version.</summary>
        public bool HasMoreThanOneAppVersion => Members.Select(static m => m.AppVersion).Distinct().Count() > 1;

        /// <summary>Who leads those of the role; null for nobody.</summary>
        public Address RoleLeader(string role) => _roleLeaders.GetValueOrDefault(role);

        /// <summary>The same but for what is given.</summary>
        public CurrentClusterState Copy(
            ImmutableSortedSet<Member> members = null,
            ImmutableHashSet<Member> unreachable = null,
            ImmutableHashSet<Address> seenBy = null,
            Address leader = null,
            ImmutableDictionary<string, Address> roleLeaderMap = null) =>
            new(members ?? Members, unreachable ?? Unreachable, seenBy ?? SeenBy, leader ?? Leader, roleLeaderMap ?? _roleLeaders);
    }

    /// <summary>A member has another status.</summary>
    public abstract class MemberStatusChange : IMemberEvent
    {
        /// <summary>Which one.</summary>
        protected readonly Member _member;

        /// <summary>A member has another status.</summary>
        protected MemberStatusChange(Member member, MemberStatus validStatus)
        {
            if (member.Status != validStatus) throw new ArgumentException($"Expected {validStatus} state, got: {member}");
            _member = member;
        }

        /// <summary>Which one.</summary>
        public Member Member => _member;

        /// <inheritdoc/>
        public override bool Equals(object obj) =>
            obj is MemberStatusChange other && obj.GetType() == GetType() && _member.Equals(other._member) && _member.Status == other._member.Status;

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(GetType(), _member);

        /// <inheritdoc/>
        public override string ToString() => $"{GetType().Name}(Member={Member})";
    }

    /// <summary>A node has come, and is not up yet.</summary>
    public sealed class MemberJoined(Member member) : MemberStatusChange(member, MemberStatus.Joining);

    /// <summary>A node is up although not everybody can agree.</summary>
    public sealed class MemberWeaklyUp(Member member) : MemberStatusChange(member, MemberStatus.WeaklyUp);

    /// <summary>A node is up.</summary>
    public sealed class MemberUp(Member member) : MemberStatusChange(member, MemberStatus.Up);

    /// <summary>A node wants to go.</summary>
    public sealed class MemberLeft(Member member) : MemberStatusChange(member, MemberStatus.Leaving);

    /// <summary>A node is about to go.</summary>
    public sealed class MemberExited(Member member) : MemberStatusChange(member, MemberStatus.Exiting);

    /// <summary>A node was given up.</summary>
    public sealed class MemberDowned(Member member) : MemberStatusChange(member, MemberStatus.Down);

    /// <summary>A node is no member any more.</summary>
    public sealed class MemberRemoved : MemberStatusChange
    {
        /// <summary>A node is no member any more.</summary>
        public MemberRemoved(Member member, MemberStatus previousStatus) : base(member, MemberStatus.Removed)
        {
            PreviousStatus = previousStatus;
        }

        /// <summary>What it was: Down or Exiting.</summary>
        public MemberStatus PreviousStatus { get; }

        /// <inheritdoc/>
        public override bool Equals(object obj) => base.Equals(obj) && ((MemberRemoved)obj).PreviousStatus == PreviousStatus;

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), PreviousStatus);
    }

    /// <summary>A node is heard of again, or not any more.</summary>
    public abstract class ReachabilityEvent : IReachabilityEvent
    {
        /// <summary>A node is heard of again, or not any more.</summary>
        protected ReachabilityEvent(Member member)
        {
            Member = member;
        }

        /// <summary>Which one.</summary>
        public Member Member { get; }

        /// <inheritdoc/>
        public override bool Equals(object obj) => obj is ReachabilityEvent other && obj.GetType() == GetType() && Member.Equals(other.Member);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(GetType(), Member);

        /// <inheritdoc/>
        public override string ToString() => $"{GetType().Name}(Member={Member})";
    }

    /// <summary>A node is not heard of any more.</summary>
    public sealed class UnreachableMember(Member member) : ReachabilityEvent(member);

    /// <summary>A node is heard of again.</summary>
    public sealed class ReachableMember(Member member) : ReachabilityEvent(member);

    /// <summary>Another node leads, as this one sees it.</summary>
    public sealed class LeaderChanged : IClusterDomainEvent
    {
        /// <summary>Another node leads, as this one sees it.</summary>
        public LeaderChanged(Address leader)
        {
            Leader = leader;
        }

        /// <summary>Who leads; null for nobody.</summary>
        public Address Leader { get; }

        /// <inheritdoc/>
        public override bool Equals(object obj) => obj is LeaderChanged other && Equals(Leader, other.Leader);

        /// <inheritdoc/>
        public override int GetHashCode() => Leader?.GetHashCode() ?? 0;

        /// <inheritdoc/>
        public override string ToString() => $"LeaderChanged(NewLeader={Leader})";
    }

    /// <summary>Another node leads those of a role.</summary>
    public sealed class RoleLeaderChanged : IClusterDomainEvent
    {
        /// <summary>Another node leads those of a role.</summary>
        public RoleLeaderChanged(string role, Address leader)
        {
            Role = role;
            Leader = leader;
        }

        /// <summary>Which role.</summary>
        public string Role { get; }

        /// <summary>Who leads; null for nobody.</summary>
        public Address Leader { get; }

        /// <inheritdoc/>
        public override bool Equals(object obj) => obj is RoleLeaderChanged other && Role == other.Role && Equals(Leader, other.Leader);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Role, Leader);

        /// <inheritdoc/>
        public override string ToString() => $"RoleLeaderChanged(Leader={Leader}, Role={Role})";
    }

    /// <summary>This node's cluster extension stops.</summary>
    public sealed class ClusterShuttingDown : IClusterDomainEvent
    {
        /// <summary>The only one.</summary>
        public static readonly IClusterDomainEvent Instance = new ClusterShuttingDown();

        private ClusterShuttingDown()
        {
        }

        /// <inheritdoc/>
        public override string ToString() => "ClusterShuttingDown";
    }
}
