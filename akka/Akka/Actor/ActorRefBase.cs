using System;
using System.Collections.Generic;
using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Equality and order of references: by path and, unlike paths, by uid, so that incarnations differ.</summary>
public abstract class ActorRefBase : IActorRef
{
    public abstract ActorPath Path { get; }

    public void Tell(object message, IActorRef sender)
    {
        if (message is null) throw new InvalidMessageException();
        TellInternal(message, sender);
    }

    protected abstract void TellInternal(object message, IActorRef sender);

    public bool Equals(IActorRef other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override bool Equals(object obj) => ReferenceEquals(this, obj) || (obj is IActorRef other && Equals(other));

    public override int GetHashCode() => Path.GetHashCode() * 397 ^ Path.Uid.GetHashCode();

    public int CompareTo(IActorRef other)
    {
        if (other is null) return 1;
        int result = Path.CompareTo(other.Path);
        return result != 0 ? result : Path.Uid.CompareTo(other.Path.Uid);
    }

    public int CompareTo(object obj) => obj is null ? 1
        : obj is IActorRef other ? CompareTo(other) : throw new ArgumentException("Not an IActorRef", nameof(obj));

    public override string ToString() => "[" + Path.ToStringWithUid() + "]";

    public virtual ISurrogate ToSurrogate(ActorSystem system) =>
        new Surrogate(Akka.Serialization.Serialization.SerializedActorPath(this));

    public class Surrogate : ISurrogate
    {
        public Surrogate(string path)
        {
            Path = path;
        }

        public string Path { get; }

        public ISurrogated FromSurrogate(ActorSystem system) => ((ExtendedActorSystem)system).Provider.ResolveActorRef(Path);
    }
}

public abstract class InternalActorRefBase : ActorRefBase, IInternalActorRef
{
    public abstract IInternalActorRef Parent { get; }

    public abstract IActorRefProvider Provider { get; }

    public abstract bool IsTerminated { get; }

    public abstract bool IsLocal { get; }

    public abstract IActorRef GetChild(IReadOnlyList<string> name);

    public abstract void Start();

    public abstract void Stop();

    public abstract void Suspend();

    public abstract void Resume(Exception causedByFailure = null);

    public abstract void Restart(Exception cause);

    public abstract void SendSystemMessage(ISystemMessage message);

    public void SendSystemMessage(ISystemMessage message, IActorRef sender) => SendSystemMessage(message);
}

/// <summary>A reference without an actor behind it: it has no children and ignores its life cycle.</summary>
public abstract class MinimalActorRef : InternalActorRefBase
{
    public override IInternalActorRef Parent => ParentRef;

    public override bool IsTerminated => HasEnded;

    public override bool IsLocal => true;

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        foreach (string element in name)
            if (!string.IsNullOrEmpty(element)) return Nobody.Instance;
        return this;
    }

    public override void Start()
    {
    }

    public override void Stop()
    {
    }

    public override void Suspend()
    {
    }

    public override void Resume(Exception causedByFailure = null)
    {
    }

    public override void Restart(Exception cause)
    {
    }

    public override void SendSystemMessage(ISystemMessage message) => ReceiveSystemMessage(message);

    protected override void TellInternal(object message, IActorRef sender)
    {
    }

    // What a reference of the runtime's own answers differently, without becoming part of the public surface.
    internal virtual IInternalActorRef ParentRef => Nobody.Instance;

    internal virtual bool HasEnded => false;

    internal virtual void ReceiveSystemMessage(ISystemMessage message)
    {
    }
}

public abstract class ActorRefWithCell : InternalActorRefBase
{
    public abstract IEnumerable<IActorRef> Children { get; }

    public abstract IInternalActorRef GetSingleChild(string name);
}
