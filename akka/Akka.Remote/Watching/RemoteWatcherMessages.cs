using System;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Remote.Associations;

namespace Akka.Remote;

/// <summary>The messages of the remote watcher. Heartbeat and HeartbeatRsp cross the network.</summary>
public partial class RemoteWatcher
{
    public abstract class WatchCommand
    {
        protected WatchCommand(IInternalActorRef watchee, IInternalActorRef watcher)
        {
            Watchee = watchee;
            Watcher = watcher;
        }

        public IInternalActorRef Watchee { get; }

        public IInternalActorRef Watcher { get; }
    }

    public sealed class WatchRemote : WatchCommand
    {
        public WatchRemote(IInternalActorRef watchee, IInternalActorRef watcher) : base(watchee, watcher)
        {
        }
    }

    public sealed class UnwatchRemote : WatchCommand
    {
        public UnwatchRemote(IInternalActorRef watchee, IInternalActorRef watcher) : base(watchee, watcher)
        {
        }
    }

    /// <summary>To the remote watcher of another node; answered with <see cref="HeartbeatRsp"/>.</summary>
    public sealed class Heartbeat : IPriorityMessage
    {
        private Heartbeat()
        {
        }

        public static Heartbeat Instance { get; } = new();
    }

    public class HeartbeatRsp : IPriorityMessage
    {
        public HeartbeatRsp(int addressUid)
        {
            AddressUid = addressUid;
        }

        public int AddressUid { get; }
    }

    public class HeartbeatTick
    {
        private HeartbeatTick()
        {
        }

        public static HeartbeatTick Instance { get; } = new();
    }

    public class ReapUnreachableTick
    {
        private ReapUnreachableTick()
        {
        }

        public static ReapUnreachableTick Instance { get; } = new();
    }

    public sealed class ExpectedFirstHeartbeat
    {
        public ExpectedFirstHeartbeat(Address from)
        {
            From = from;
        }

        public Address From { get; }
    }

    /// <summary>As a question (any instance), and as its answer.</summary>
    public sealed class Stats
    {
        public static Stats Empty = Counts(0, 0);

        public Stats(int watching, int watchingNodes)
            : this(watching, watchingNodes, ImmutableHashSet<(IActorRef, IActorRef)>.Empty, ImmutableHashSet<Address>.Empty)
        {
        }

        public Stats(
            int watching,
            int watchingNodes,
            ImmutableHashSet<(IActorRef, IActorRef)> watchingRefs,
            ImmutableHashSet<Address> watchingAddresses)
        {
            Watching = watching;
            WatchingNodes = watchingNodes;
            WatchingRefs = watchingRefs;
            WatchingAddresses = watchingAddresses;
        }

        /// <summary>Pairs of watchee and watcher.</summary>
        public int Watching { get; }

        public int WatchingNodes { get; }

        public ImmutableHashSet<(IActorRef, IActorRef)> WatchingRefs { get; }

        public ImmutableHashSet<Address> WatchingAddresses { get; }

        public static Stats Counts(int watching, int watchingNodes) => new(watching, watchingNodes);

        public Stats Copy(
            int watching,
            int watchingNodes,
            ImmutableHashSet<(IActorRef, IActorRef)> watchingRefs = null,
            ImmutableHashSet<Address> watchingAddresses = null) =>
            new(watching, watchingNodes, watchingRefs ?? WatchingRefs, watchingAddresses ?? WatchingAddresses);

        public override bool Equals(object obj) =>
            obj is Stats other && Watching == other.Watching && WatchingNodes == other.WatchingNodes;

        public override int GetHashCode() => HashCode.Combine(Watching, WatchingNodes);

        public override string ToString() => "Stats(watching=" + Watching + ", watchingNodes=" + WatchingNodes + ")";
    }

    private Stats CurrentStats()
    {
        ImmutableHashSet<(IActorRef, IActorRef)> pairs = Watching
            .SelectMany(static entry => entry.Value, static (entry, watcher) => ((IActorRef)entry.Key, (IActorRef)watcher))
            .ToImmutableHashSet();
        return new Stats(pairs.Count, WatchingNodes.Count, pairs, WatchingNodes.ToImmutableHashSet());
    }
}
