using System;
using System.Collections.Generic;
using Akka.Dispatch.SysMsg;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Equality and order of references: by path and, unlike paths, by uid, so that incarnations differ.</summary>
public abstract class ActorRefBase : IActorRef
{
    /// <inheritdoc/>
    public abstract ActorPath Path { get; }

    /// <inheritdoc/>
    public void Tell(object message, IActorRef sender)
    {
        if (message is null) throw new InvalidMessageException();
        TellInternal(message, sender);
    }

    /// <summary>How the message is delivered.</summary>
    protected abstract void TellInternal(object message, IActorRef sender);

    /// <inheritdoc/>
    public bool Equals(IActorRef other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    /// <inheritdoc/>
    public override bool Equals(object obj) => ReferenceEquals(this, obj) || (obj is IActorRef other && Equals(other));

    /// <inheritdoc/>
    public override int GetHashCode() => Path.GetHashCode() * 397 ^ Path.Uid.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(IActorRef other)
    {
        if (other is null) return 1;
        int result = Path.CompareTo(other.Path);
        return result != 0 ? result : Path.Uid.CompareTo(other.Path.Uid);
    }

    /// <inheritdoc/>
    public int CompareTo(object obj) => obj is null ? 1
        : obj is IActorRef other ? CompareTo(other) : throw new ArgumentException("Not an IActorRef", nameof(obj));

    /// <inheritdoc/>
    public override string ToString() => "[" + Path.ToStringWithUid() + "]";

    /// <inheritdoc/>
    public virtual ISurrogate ToSurrogate(ActorSystem system) =>
        new Surrogate(Akka.Serialization.Serialization.SerializedActorPath(this));

    /// <summary>What is written in place of it.</summary>
    public class Surrogate : ISurrogate
    {
        /// <summary>What is written in place of it.</summary>
        public Surrogate(string path)
        {
            Path = path;
        }

        /// <summary>The path as text.</summary>
        public string Path { get; }

        /// <inheritdoc/>
        public ISurrogated FromSurrogate(ActorSystem system) => ((ExtendedActorSystem)system).Provider.ResolveActorRef(Path);
    }
}

/// <summary>What the runtime needs of every reference.</summary>
public abstract class InternalActorRefBase : ActorRefBase, IInternalActorRef
{
    /// <inheritdoc/>
    public abstract IInternalActorRef Parent { get; }

    /// <inheritdoc/>
    public abstract IActorRefProvider Provider { get; }

    /// <inheritdoc/>
    public abstract bool IsTerminated { get; }

    /// <inheritdoc/>
    public abstract bool IsLocal { get; }

    /// <inheritdoc/>
    public abstract IActorRef GetChild(IReadOnlyList<string> name);

    /// <inheritdoc/>
    public abstract void Start();

    /// <inheritdoc/>
    public abstract void Stop();

    /// <inheritdoc/>
    public abstract void Suspend();

    /// <inheritdoc/>
    public abstract void Resume(Exception causedByFailure = null);

    /// <inheritdoc/>
    public abstract void Restart(Exception cause);

    /// <inheritdoc/>
    public abstract void SendSystemMessage(ISystemMessage message);

    /// <inheritdoc/>
    public void SendSystemMessage(ISystemMessage message, IActorRef sender) => SendSystemMessage(message);
}

/// <summary>A reference without an actor behind it: it has no children and ignores its life cycle.</summary>
public abstract class MinimalActorRef : InternalActorRefBase
{
    /// <inheritdoc/>
    public override IInternalActorRef Parent => ParentRef;

    /// <inheritdoc/>
    public override bool IsTerminated => HasEnded;

    /// <inheritdoc/>
    public override bool IsLocal => true;

    /// <inheritdoc/>
    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        foreach (string element in name)
            if (!string.IsNullOrEmpty(element)) return Nobody.Instance;
        return this;
    }

    /// <inheritdoc/>
    public override void Start()
    {
    }

    /// <inheritdoc/>
    public override void Stop()
    {
    }

    /// <inheritdoc/>
    public override void Suspend()
    {
    }

    /// <inheritdoc/>
    public override void Resume(Exception causedByFailure = null)
    {
    }

    /// <inheritdoc/>
    public override void Restart(Exception cause)
    {
    }

    /// <inheritdoc/>
    public override void SendSystemMessage(ISystemMessage message) => ReceiveSystemMessage(message);

    /// <inheritdoc/>
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

/// <summary>A reference with the actor behind it.</summary>
public abstract class ActorRefWithCell : InternalActorRefBase
{
    /// <summary>The references of the actor's children.</summary>
    public abstract IEnumerable<IActorRef> Children { get; }

    /// <summary>The child of that name, or nobody.</summary>
    public abstract IInternalActorRef GetSingleChild(string name);
}
