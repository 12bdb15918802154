using System.Collections.Generic;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>
/// Who watches whom. A notification comes as a system message, is checked against the watches, and is then queued as a user
/// message, so that it follows everything the dead actor had sent; it is checked once more when its turn comes (Unwatch).
/// </summary>
public partial class ActorCell
{
    // Watched by this actor, with the message to deliver in place of Terminated (null: Terminated itself).
    private Dictionary<IActorRef, object> _watching;

    // Watching this actor.
    private HashSet<IActorRef> _watchedBy;

    // Dead, the notification is on its way through the mailbox; with its message as above.
    private Dictionary<IActorRef, object> _terminatedQueued;

    private int _watchesWithoutUid;
    private bool _subscribedToAddresses;

    /// <inheritdoc/>
    public IActorRef Watch(IActorRef subject) => WatchWith(subject, null, checkMessage: false);

    /// <inheritdoc/>
    public IActorRef WatchWith(IActorRef subject, object message) => WatchWith(subject, message, checkMessage: true);

    /// <inheritdoc/>
    public IActorRef Unwatch(IActorRef subject)
    {
        IInternalActorRef watchee = (IInternalActorRef)subject;
        if (!watchee.Equals(_self) && TryFindWatch(watchee, out IActorRef key))
        {
            watchee.SendSystemMessage(new Unwatch(watchee, _self));
            RemoveWatch(key, out _);
        }

        _terminatedQueued?.Remove(watchee);
        return subject;
    }

    /// <summary>Notes that a notification is on its way.</summary>
    public void TerminatedQueuedFor(IActorRef subject, Option<object> customMessage) =>
        (_terminatedQueued ??= new Dictionary<IActorRef, object>()).TryAdd(subject, customMessage.HasValue ? customMessage.Value : null);

    /// <summary>A notification came out of the mailbox.</summary>
    protected void ReceivedTerminated(Terminated t)
    {
        if (_terminatedQueued is null || !_terminatedQueued.Remove(t.ActorRef, out object customMessage)) return;
        if (customMessage is null)
        {
            ReceiveMessage(t);
            return;
        }

        _work.Envelope = new Envelope(customMessage, t.ActorRef);
        ReceiveMessage(customMessage);
    }

    /// <summary>A watched actor has ended.</summary>
    protected void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        if (_watching is not null && TryFindWatch(actor, out IActorRef key))
        {
            RemoveWatch(key, out object customMessage);
            if (!IsTerminating)
            {
                TerminatedQueuedFor(actor, customMessage is null ? Option<object>.None : new Option<object>(customMessage));
                _self.Tell(new Terminated(actor, existenceConfirmed, addressTerminated), actor);
            }
        }

        if (_children.TryGetByRef(actor, out _)) HandleChildTerminated(actor);
    }

    /// <summary>Somebody watches.</summary>
    protected void AddWatcher(IActorRef watchee, IActorRef watcher)
    {
        bool watcheeIsSelf = watchee.Equals(_self);
        bool watcherIsSelf = watcher.Equals(_self);
        if (watcheeIsSelf && !watcherIsSelf)
        {
            (_watchedBy ??= new HashSet<IActorRef>()).Add(watcher);
            if (!IsLocalRef(watcher)) UpdateAddressSubscription();
            if (_system.Settings.DebugLifecycle) PublishDebug("now watched by " + watcher);
        }
        else if (!watcheeIsSelf && watcherIsSelf)
        {
            Watch(watchee);
        }
        else
        {
            PublishWarning("BUG: illegal Watch(" + watchee + "," + watcher + ") for " + _self);
        }
    }

    /// <summary>Somebody does not watch any more.</summary>
    protected void RemWatcher(IActorRef watchee, IActorRef watcher)
    {
        bool watcheeIsSelf = watchee.Equals(_self);
        bool watcherIsSelf = watcher.Equals(_self);
        if (watcheeIsSelf && !watcherIsSelf)
        {
            if (_watchedBy is null || !_watchedBy.Remove(watcher)) return;
            if (!IsLocalRef(watcher)) UpdateAddressSubscription();
            if (_system.Settings.DebugLifecycle) PublishDebug("no longer watched by " + watcher);
        }
        else if (!watcheeIsSelf && watcherIsSelf)
        {
            Unwatch(watchee);
        }
        else
        {
            PublishWarning("BUG: illegal Unwatch(" + watchee + "," + watcher + ") for " + _self);
        }
    }

    /// <summary>A whole node is gone: its watchers are forgotten, and what this actor watched there is dead.</summary>
    protected void AddressTerminated(Address address)
    {
        _watchedBy?.RemoveWhere(watcher => watcher.Path.Address.Equals(address));
        if (_watching is not null)
        {
            foreach (IActorRef watchee in _watching.Keys)
            {
                if (watchee.Path.Address.Equals(address))
                    _self.SendSystemMessage(new DeathWatchNotification(watchee, existenceConfirmed: true, addressTerminated: true));
            }
        }

        UpdateAddressSubscription();
    }

    /// <summary>Tells all watchers.</summary>
    protected void TellWatchersWeDied()
    {
        if (_watchedBy is null) return;
        try
        {
            // The parent knows already. Remote watchers first: a local one may answer by ending the connection to them.
            foreach (IActorRef watcher in _watchedBy) if (!IsLocalRef(watcher)) TellDeath(watcher);
            foreach (IActorRef watcher in _watchedBy) if (IsLocalRef(watcher)) TellDeath(watcher);
        }
        finally
        {
            _watchedBy = null;
            UpdateAddressSubscription();
        }
    }

    /// <summary>Ends all watches.</summary>
    protected void UnwatchWatchedActors(ActorBase actor)
    {
        if (_watching is null) return;
        try
        {
            foreach (IActorRef watchee in _watching.Keys)
                ((IInternalActorRef)watchee).SendSystemMessage(new Unwatch((IInternalActorRef)watchee, _self));
        }
        finally
        {
            _watching = null;
            _watchesWithoutUid = 0;
            _terminatedQueued = null;
            UpdateAddressSubscription();
        }
    }

    private IActorRef WatchWith(IActorRef subject, object message, bool checkMessage)
    {
        if (checkMessage) global::System.ArgumentNullException.ThrowIfNull(message);
        IInternalActorRef watchee = (IInternalActorRef)subject;
        if (watchee.Equals(_self) || TryFindWatch(watchee, out _)) return subject;
        (_watching ??= new Dictionary<IActorRef, object>()).Add(watchee, message);
        if (watchee.Path.Uid == UndefinedUid) _watchesWithoutUid++;
        watchee.SendSystemMessage(new Watch(watchee, _self));
        if (!IsLocalRef(watchee)) UpdateAddressSubscription();
        return subject;
    }

    /// <summary>A reference without uid (made from a path) stands for any incarnation of its name.</summary>
    private bool TryFindWatch(IActorRef subject, out IActorRef key)
    {
        key = null;
        if (_watching is null) return false;
        if (_watching.ContainsKey(subject))
        {
            key = subject;
            return true;
        }

        if (subject.Path.Uid != UndefinedUid && _watchesWithoutUid == 0) return false;
        foreach (IActorRef watched in _watching.Keys)
        {
            if ((watched.Path.Uid == UndefinedUid || subject.Path.Uid == UndefinedUid) && watched.Path.Equals(subject.Path))
            {
                key = watched;
                return true;
            }
        }

        return false;
    }

    private void RemoveWatch(IActorRef key, out object customMessage)
    {
        _watching.Remove(key, out customMessage);
        if (key.Path.Uid == UndefinedUid) _watchesWithoutUid--;
        if (!IsLocalRef(key)) UpdateAddressSubscription();
    }

    private void TellDeath(IActorRef watcher)
    {
        if (!watcher.Equals(_parent))
            ((IInternalActorRef)watcher).SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true, addressTerminated: false));
    }

    private static bool IsLocalRef(IActorRef actor) => actor is not IActorRefScope scope || scope.IsLocal;

    /// <summary>While anything of another node watches or is watched, the cell wants to hear of lost nodes.</summary>
    private void UpdateAddressSubscription()
    {
        bool needed = HasNonLocal(_watchedBy) || HasNonLocal(_watching?.Keys);
        if (needed == _subscribedToAddresses) return;
        _subscribedToAddresses = needed;
        if (needed) _system.AddressTerminatedTopic.Subscribe(_self);
        else _system.AddressTerminatedTopic.Unsubscribe(_self);
    }

    private static bool HasNonLocal(ICollection<IActorRef> actors)
    {
        if (actors is null) return false;
        foreach (IActorRef actor in actors)
            if (!IsLocalRef(actor)) return true;
        return false;
    }

    private void PublishWarning(string message) =>
        _system.EventStream.Publish(new Warning(_self.Path.ToString(), ActorType, message));
}
