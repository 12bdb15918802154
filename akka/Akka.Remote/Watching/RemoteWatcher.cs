using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Remote;

/// <summary>
/// All watches of actors on other nodes, under its own name: the far side sees one watcher per system. Minds the nodes with
/// heartbeats; a silent node is quarantined and taken for dead, with everything on it.
///
/// Invariants:
///   W1  Watching and WatcheeByNodes hold the same watchees, each with at least one watcher.
///   W2  A node is minded (heartbeats) exactly while it has a watchee here; derived watchers may mind fewer nodes (WatchNode).
/// </summary>
public partial class RemoteWatcher : UntypedActor, IRequiresMessageQueue<IUnboundedMessageQueueSemantics>
{
    /// <summary>Of this actor.</summary>
    protected readonly ILoggingAdapter Log = Context.GetLogger();

    /// <summary>Who is watched, and by whom.</summary>
    protected readonly Dictionary<IInternalActorRef, HashSet<IInternalActorRef>> Watching = new();

    /// <summary>Who is watched on a node.</summary>
    protected readonly Dictionary<Address, HashSet<IInternalActorRef>> WatcheeByNodes = new();

    private readonly IFailureDetectorRegistry<Address> _failureDetector;
    private readonly TimeSpan _heartbeatExpectedResponseAfter;
    private readonly ICancelable _heartbeats;
    private readonly ICancelable _reaper;
    private readonly IRemoteActorRefProvider _provider;
    private readonly HeartbeatRsp _answer;

    // Which incarnation answered last.
    private readonly Dictionary<Address, int> _addressUids = new();

    /// <summary>With its detectors and intervals.</summary>
    public RemoteWatcher(
        IFailureDetectorRegistry<Address> failureDetector,
        TimeSpan heartbeatInterval,
        TimeSpan unreachableReaperInterval,
        TimeSpan heartbeatExpectedResponseAfter)
    {
        _failureDetector = failureDetector;
        _heartbeatExpectedResponseAfter = heartbeatExpectedResponseAfter;
        _provider = (Context.System as ExtendedActorSystem)?.Provider as IRemoteActorRefProvider
            ?? throw new ConfigurationException("ActorSystem [" + Context.System + "] needs to have a provider with remoting enabled");
        _answer = new HeartbeatRsp(AddressUidExtension.Uid(Context.System));
        IScheduler scheduler = Context.System.Scheduler;
        _heartbeats = scheduler.ScheduleTellRepeatedlyCancelable(heartbeatInterval, heartbeatInterval, Self, HeartbeatTick.Instance, Self);
        _reaper = scheduler.ScheduleTellRepeatedlyCancelable(
            unreachableReaperInterval, unreachableReaperInterval, Self, ReapUnreachableTick.Instance, Self);
    }

    /// <summary>Minded, silent, and given up. Watched anew they get another chance.</summary>
    protected HashSet<Address> Unreachable { get; } = new();

    /// <summary>The nodes that are minded.</summary>
    protected ICollection<Address> WatchingNodes => WatcheeByNodes.Keys;

    /// <summary>Of a watcher with these detectors and intervals.</summary>
    public static Props Props(
        IFailureDetectorRegistry<Address> failureDetector,
        TimeSpan heartbeatInterval,
        TimeSpan unreachableReaperInterval,
        TimeSpan heartbeatExpectedResponseAfter) =>
        Actor.Props.Create(() => new RemoteWatcher(
            failureDetector, heartbeatInterval, unreachableReaperInterval, heartbeatExpectedResponseAfter)).WithDeploy(Deploy.Local);

    /// <inheritdoc />
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HeartbeatTick:
                SendHeartbeats();
                break;
            case Heartbeat:
                Sender.Tell(_answer, Self);
                break;
            case HeartbeatRsp answer:
                ReceiveHeartbeatRsp(answer.AddressUid);
                break;
            case ReapUnreachableTick:
                ReapUnreachable();
                break;
            case ExpectedFirstHeartbeat expected:
                // From here on silence counts, as if the node had answered once.
                if (WatcheeByNodes.ContainsKey(expected.From) && !_failureDetector.IsMonitoring(expected.From))
                    _failureDetector.Heartbeat(expected.From);
                break;
            case WatchRemote watch:
                AddWatching(watch.Watchee, watch.Watcher);
                break;
            case UnwatchRemote unwatch:
                RemoveWatch(unwatch.Watchee, unwatch.Watcher);
                break;
            case Terminated terminated:
                ProcessTerminated((IInternalActorRef)terminated.ActorRef, terminated.ExistenceConfirmed, terminated.AddressTerminated);
                break;
            case Stats:
                Sender.Tell(CurrentStats(), Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _heartbeats.CancelIfNotNull();
        _reaper.CancelIfNotNull();
        base.PostStop();
    }

    /// <summary>A silent node is not talked to any more.</summary>
    protected virtual void Quarantine(Address address, int? addressUid) => _provider.Quarantine(address, addressUid);

    /// <summary>Every cell with a watch to or from that address acts on it.</summary>
    protected virtual void PublishAddressTerminated(Address address) =>
        ((ActorSystemImpl)Context.System).AddressTerminatedTopic.Publish(new AddressTerminated(address));

    /// <summary>One more watcher of that actor.</summary>
    protected void AddWatching(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (!Watching.TryGetValue(watchee, out HashSet<IInternalActorRef> watchers)) Watching[watchee] = watchers = new HashSet<IInternalActorRef>();
        watchers.Add(watcher);
        WatchNode(watchee);
        Context.Watch(watchee);
    }

    /// <summary>The node of that actor is minded from now on.</summary>
    protected virtual void WatchNode(IInternalActorRef watchee)
    {
        Address address = watchee.Path.Address;
        if (!WatcheeByNodes.TryGetValue(address, out HashSet<IInternalActorRef> watchees))
        {
            if (Unreachable.Remove(address)) _failureDetector.Remove(address);
            WatcheeByNodes[address] = watchees = new HashSet<IInternalActorRef>();
        }

        watchees.Add(watchee);
    }

    /// <summary>One watcher of that actor less.</summary>
    protected void RemoveWatch(IInternalActorRef watchee, IInternalActorRef watcher)
    {
        if (!Watching.TryGetValue(watchee, out HashSet<IInternalActorRef> watchers)) return;
        watchers.Remove(watcher);
        if (watchers.Count > 0) return;
        Context.Unwatch(watchee);
        RemoveWatchee(watchee);
    }

    /// <summary>Nobody watches that actor any more.</summary>
    protected void RemoveWatchee(IInternalActorRef watchee)
    {
        Address address = watchee.Path.Address;
        Watching.Remove(watchee);
        if (!WatcheeByNodes.TryGetValue(address, out HashSet<IInternalActorRef> watchees)) return;
        watchees.Remove(watchee);
        if (watchees.Count == 0) UnwatchNode(address);
    }

    /// <summary>The node is minded no more.</summary>
    protected void UnwatchNode(Address watcheeAddress)
    {
        WatcheeByNodes.Remove(watcheeAddress);
        _addressUids.Remove(watcheeAddress);
        _failureDetector.Remove(watcheeAddress);
    }

    private void SendHeartbeats()
    {
        foreach (Address address in WatchingNodes)
        {
            if (Unreachable.Contains(address)) continue;
            if (!_failureDetector.IsMonitoring(address))
            {
                Context.System.Scheduler.ScheduleTellOnce(
                    _heartbeatExpectedResponseAfter, Self, new ExpectedFirstHeartbeat(address), Self);
            }

            Context.ActorSelection(new RootActorPath(address) / Self.Path.Elements).Tell(Heartbeat.Instance, Self);
        }
    }

    private void ReceiveHeartbeatRsp(int uid)
    {
        Address from = Sender.Path.Address;
        if (!WatcheeByNodes.ContainsKey(from) || Unreachable.Contains(from)) return;
        bool isNew = !_addressUids.TryGetValue(from, out int known) || known != uid;
        _addressUids[from] = uid;
        _failureDetector.Heartbeat(from);
        if (isNew) WatchAgain(from);
    }

    /// <summary>Another incarnation knows nothing of the watches; of actors that it does not have it says so.</summary>
    private void WatchAgain(Address address)
    {
        foreach (IInternalActorRef watchee in WatcheeByNodes[address])
            watchee.SendSystemMessage(new Watch(watchee, (IInternalActorRef)Self));
    }

    private void ReapUnreachable()
    {
        foreach (Address address in WatchingNodes.ToArray())
        {
            if (Unreachable.Contains(address) || _failureDetector.IsAvailable(address)) continue;
            Log.Warning("Detected unreachable: [{0}]", address);
            Quarantine(address, _addressUids.TryGetValue(address, out int uid) ? uid : null);
            PublishAddressTerminated(address);
            Unreachable.Add(address);
        }
    }

    private void ProcessTerminated(IInternalActorRef terminated, bool existenceConfirmed, bool addressTerminated)
    {
        IInternalActorRef watchee = FindWatchee(terminated);
        if (watchee is null) return;
        foreach (IInternalActorRef watcher in Watching[watchee])
        {
            // Of a lost node the watchers' cells hear themselves; what has no cell (GracefulStop's reference) does not.
            if (!addressTerminated || watcher is not ActorRefWithCell)
                watcher.SendSystemMessage(new DeathWatchNotification(terminated, existenceConfirmed, addressTerminated));
        }

        RemoveWatchee(watchee);
    }

    /// <summary>A reference made from a path without uid stands for any incarnation of the name.</summary>
    private IInternalActorRef FindWatchee(IInternalActorRef terminated)
    {
        if (Watching.ContainsKey(terminated)) return terminated;
        foreach (IInternalActorRef watchee in Watching.Keys)
            if (watchee.Path.Uid == ActorCell.UndefinedUid && watchee.Path.Equals(terminated.Path)) return watchee;
        return null;
    }
}
