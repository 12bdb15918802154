using System;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Remote.Associations;

namespace Akka.Remote;

/// <summary>The messages of the remote watcher. Heartbeat and HeartbeatRsp cross the network.</summary>
public partial class RemoteWatcher
{
    /// <summary>To the watcher of this system.</summary>
    public abstract class WatchCommand
    {
        /// <summary>Who is watched, by whom.</summary>
        protected WatchCommand(IInternalActorRef watchee, IInternalActorRef watcher)
        {
            Watchee = watchee;
            Watcher = watcher;
        }

        /// <summary>Who is watched.</summary>
        public IInternalActorRef Watchee { get; }

        /// <summary>Who wants to know.</summary>
        public IInternalActorRef Watcher { get; }
    }

    /// <summary>Begin to watch.</summary>
    public sealed class WatchRemote : WatchCommand
    {
        /// <summary>Who is watched, by whom.</summary>
        public WatchRemote(IInternalActorRef watchee, IInternalActorRef watcher) : base(watchee, watcher)
        {
        }
    }

    /// <summary>End a watch.</summary>
    public sealed class UnwatchRemote : WatchCommand
    {
        /// <summary>Who is watched, by whom.</summary>
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

        /// <summary>The only one.</summary>
        public static Heartbeat Instance { get; } = new();
    }

    /// <summary>The answer to a heartbeat.</summary>
    public class HeartbeatRsp : IPriorityMessage
    {
        /// <summary>By that incarnation.</summary>
        public HeartbeatRsp(int addressUid)
        {
            AddressUid = addressUid;
        }

        /// <summary>Number of the incarnation that answers.</summary>
        public int AddressUid { get; }
    }

    /// <summary>Time to send heartbeats.</summary>
    public class HeartbeatTick
    {
        private HeartbeatTick()
        {
        }

        /// <summary>The only one.</summary>
        public static HeartbeatTick Instance { get; } = new();
    }

    /// <summary>Time to look who is silent.</summary>
    public class ReapUnreachableTick
    {
        private ReapUnreachableTick()
        {
        }

        /// <summary>The only one.</summary>
        public static ReapUnreachableTick Instance { get; } = new();
    }

    /// <summary>The first answer of a node should have come by now.</summary>
    public sealed class ExpectedFirstHeartbeat
    {
        /// <summary>Of that node.</summary>
        public ExpectedFirstHeartbeat(Address from)
        {
            From = from;
        }

        /// <summary>The node.</summary>
        public Address From { get; }
    }

    /// <summary>As a question (any instance), and as its answer.</summary>
    public sealed class Stats
    {
        /// <summary>As a question.</summary>
        public static Stats Empty = Counts(0, 0);

        /// <summary>The counts, and what was counted.</summary>
        public Stats(int watching, int watchingNodes)
            : this(watching, watchingNodes, ImmutableHashSet<(IActorRef, IActorRef)>.Empty, ImmutableHashSet<Address>.Empty)
        {
        }

        /// <summary>The counts, and what was counted.</summary>
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

        /// <summary>Nodes that are minded.</summary>
        public int WatchingNodes { get; }

        /// <summary>Pairs of watchee and watcher.</summary>
        public ImmutableHashSet<(IActorRef, IActorRef)> WatchingRefs { get; }

        /// <summary>The nodes.</summary>
        public ImmutableHashSet<Address> WatchingAddresses { get; }

        /// <summary>The counts alone.</summary>
        public static Stats Counts(int watching, int watchingNodes) => new(watching, watchingNodes);

        /// <summary>The same with other counts.</summary>
        public Stats Copy(
            int watching,
            int watchingNodes,
            ImmutableHashSet<(IActorRef, IActorRef)> watchingRefs = null,
            ImmutableHashSet<Address> watchingAddresses = null) =>
            new(watching, watchingNodes, watchingRefs ?? WatchingRefs, watchingAddresses ?? WatchingAddresses);

        /// <inheritdoc />
        public override bool Equals(object obj) =>
            obj is Stats other && Watching == other.Watching && WatchingNodes == other.WatchingNodes;

        /// <inheritdoc />
        public override int GetHashCode() => HashCode.Combine(Watching, WatchingNodes);

        /// <inheritdoc />
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
