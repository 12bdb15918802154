using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Associations;

namespace Akka.Remote;

/// <summary>A reference that lives behind a transport.</summary>
public interface IRemoteRef : IActorRefScope
{
}

/// <summary>An actor of another system. Knows nothing of its life: messages go out, what becomes of them is the other side's matter.</summary>
public class RemoteActorRef : InternalActorRefBase, IRemoteRef
{
    private readonly IInternalActorRef _parent;

    /// <summary>An actor at that path, behind that transport.</summary>
    public RemoteActorRef(
        RemoteTransport remote, Address localAddressToUse, ActorPath path, IInternalActorRef parent, Props props, Deploy deploy)
    {
        if (path.Address.HasLocalScope)
            throw new ArgumentException("Unexpected local address in RemoteActorRef [" + path + "]", nameof(path));
        Remote = remote;
        LocalAddressToUse = localAddressToUse;
        Path = path;
        _parent = parent;
        IsTemporary = path.Depth == 2 && path.Parent.Name == "temp";
    }

    /// <summary>Under which the actor reaches this system.</summary>
    public Address LocalAddressToUse { get; private set; }

    /// <inheritdoc />
    public override ActorPath Path { get; }

    /// <inheritdoc />
    public override IInternalActorRef Parent => _parent;

    /// <inheritdoc />
    public override IActorRefProvider Provider => Remote.Provider;

    /// <inheritdoc />
    public override bool IsLocal => false;

    /// <inheritdoc />
    public override bool IsTerminated => false;

    internal RemoteTransport Remote { get; }

    /// <summary>Where its messages go; found at the first one.</summary>
    internal Association Association { get; set; }

    /// <summary>The reference of an Ask.</summary>
    internal bool IsTemporary { get; }

    /// <inheritdoc />
    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        ActorPath path = Path;
        foreach (string element in name)
        {
            if (element.Length == 0) continue;
            path = element == ".." ? path.Parent : path / element;
        }

        return ReferenceEquals(path, Path) ? this : new RemoteActorRef(Remote, LocalAddressToUse, path, Nobody.Instance, Props.None, Deploy.None);
    }

    /// <inheritdoc />
    public override void Start()
    {
    }

    /// <inheritdoc />
    public override void Stop() => SendSystemMessage(new Terminate());

    /// <inheritdoc />
    public override void Suspend() => SendSystemMessage(new Suspend());

    /// <inheritdoc />
    public override void Resume(Exception causedByFailure = null) => SendSystemMessage(new Resume(causedByFailure));

    /// <inheritdoc />
    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    /// <summary>A watch goes through this system's remote watcher, which minds the node as well; its own watches go out.</summary>
    public bool IsWatchIntercepted(IActorRef watchee, IActorRef watcher)
    {
        IActorRef remoteWatcher = Remote.Provider.RemoteWatcher;
        return remoteWatcher is not null && !watcher.Equals(remoteWatcher) && watchee.Equals(this);
    }

    /// <inheritdoc />
    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch when IsWatchIntercepted(watch.Watchee, watch.Watcher):
                Remote.Provider.RemoteWatcher.Tell(new RemoteWatcher.WatchRemote(watch.Watchee, watch.Watcher), ActorRefs.NoSender);
                break;
            case Unwatch unwatch when IsWatchIntercepted(unwatch.Watchee, unwatch.Watcher):
                Remote.Provider.RemoteWatcher.Tell(new RemoteWatcher.UnwatchRemote(unwatch.Watchee, unwatch.Watcher), ActorRefs.NoSender);
                break;
            default:
                Remote.Send(message, null, this);
                break;
        }
    }

    /// <inheritdoc />
    protected override void TellInternal(object message, IActorRef sender) => Remote.Send(message, sender, this);
}
