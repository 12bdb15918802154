using System.Collections.Generic;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor.Internal;

/// <summary>Who watches an asker's reference; each is told of its end once.</summary>
internal sealed class FutureWatchers
{
    private readonly IInternalActorRef _watched;
    private readonly HashSet<IInternalActorRef> _watchers = new();

    public FutureWatchers(IInternalActorRef watched)
    {
        _watched = watched;
    }

    public void Add(IInternalActorRef watcher)
    {
        lock (_watchers) _watchers.Add(watcher);
    }

    public void Remove(IInternalActorRef watcher)
    {
        lock (_watchers) _watchers.Remove(watcher);
    }

    public void TellDeath()
    {
        IInternalActorRef[] watchers;
        lock (_watchers)
        {
            watchers = [.. _watchers];
            _watchers.Clear();
        }

        foreach (IInternalActorRef watcher in watchers)
            watcher.SendSystemMessage(new DeathWatchNotification(_watched, existenceConfirmed: true, addressTerminated: false));
    }
}
