using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.TestKit.Internal;
using Akka.Util;

namespace Akka.TestKit;

/// <summary>Everything is handed on to the reference inside, which it is equal to.</summary>
public abstract class TestActorRefBase<TActor> : IInternalActorRef where TActor : ActorBase
{
    private readonly InternalTestActorRef _internalRef;

    /// <summary>Makes the actor, as a child of the user guardian unless a supervisor is given; it has started on return.</summary>
    protected TestActorRefBase(ActorSystem system, Props actorProps, IActorRef supervisor = null, string name = null)
    {
        _internalRef = InternalTestActorRef.Create(system, actorProps, supervisor, name);
    }

    /// <summary>The reference inside.</summary>
    public IActorRef Ref => _internalRef;

    /// <inheritdoc/>
    public ActorPath Path => _internalRef.Path;

    /// <summary>The instance of the moment. To be touched only while the actor is at rest.</summary>
    public TActor UnderlyingActor => (TActor)_internalRef.UnderlyingActor;

    IInternalActorRef IInternalActorRef.Parent => _internalRef.Parent;

    IActorRefProvider IInternalActorRef.Provider => _internalRef.Provider;

    bool IInternalActorRef.IsTerminated => _internalRef.IsTerminated;

    bool IActorRefScope.IsLocal => _internalRef.IsLocal;

    /// <summary>The reference inside.</summary>
    protected InternalTestActorRef InternalRef => _internalRef;

    /// <summary>The reference inside.</summary>
    public static IActorRef ToActorRef(TestActorRefBase<TActor> actorRef) => actorRef._internalRef;

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(TestActorRefBase<TActor> testActorRef, IActorRef actorRef) => Same(testActorRef, actorRef);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(TestActorRefBase<TActor> testActorRef, IActorRef actorRef) => !Same(testActorRef, actorRef);

    /// <summary>True if both are equal.</summary>
    public static bool operator ==(IActorRef actorRef, TestActorRefBase<TActor> testActorRef) => Same(testActorRef, actorRef);

    /// <summary>True if they are not equal.</summary>
    public static bool operator !=(IActorRef actorRef, TestActorRefBase<TActor> testActorRef) => !Same(testActorRef, actorRef);

    /// <summary>Handles the message now, on this thread, past the mailbox; what the actor throws comes out here.</summary>
    public void Receive(object message, IActorRef sender = null) => _internalRef.Receive(message, sender);

    /// <summary>As Receive; completes when the handler is through, also one that awaits.</summary>
    public Task ReceiveAsync(object message, IActorRef sender = null) => _internalRef.ReceiveAsync(message, sender);

    /// <summary>Makes the actor watch.</summary>
    public void Watch(IActorRef subject) => _internalRef.Watch(subject);

    /// <summary>Makes the actor stop watching.</summary>
    public void Unwatch(IActorRef subject) => _internalRef.Unwatch(subject);

    /// <summary>Sends a message, which is handled before this returns unless the actor is at work.</summary>
    public void Tell(object message) => ActorRefImplicitSenderExtensions.Tell(_internalRef, message);

    /// <summary>Sends a message, which is handled before this returns unless the actor is at work.</summary>
    public void Tell(object message, IActorRef sender) => _internalRef.Tell(message, sender);

    /// <summary>Sends a message on with the sender of the one at hand.</summary>
    public void Forward(object message) => ActorRefImplicitSenderExtensions.Forward(_internalRef, message);

    /// <summary>Past the mailbox; not for tests.</summary>
    public void SendSystemMessage(ISystemMessage message) => _internalRef.SendSystemMessage(message);

    /// <summary>Past the mailbox; not for tests.</summary>
    public void SendSystemMessage(ISystemMessage message, IActorRef sender) => _internalRef.SendSystemMessage(message);

    /// <inheritdoc/>
    public bool Equals(IActorRef other) => _internalRef.Equals(other);

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is IActorRef other && _internalRef.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _internalRef.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(object obj) => _internalRef.CompareTo(obj);

    /// <inheritdoc/>
    public override string ToString() => _internalRef.ToString();

    int IComparable<IActorRef>.CompareTo(IActorRef other) => _internalRef.CompareTo(other);

    ISurrogate ISurrogated.ToSurrogate(ActorSystem system) => _internalRef.ToSurrogate(system);

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => _internalRef.GetChild(name);

    void IInternalActorRef.Start() => _internalRef.Start();

    void IInternalActorRef.Stop() => _internalRef.Stop();

    void IInternalActorRef.Suspend() => _internalRef.Suspend();

    void IInternalActorRef.Resume(Exception causedByFailure) => _internalRef.Resume(causedByFailure);

    void IInternalActorRef.Restart(Exception cause) => _internalRef.Restart(cause);

    private protected static bool Same(TestActorRefBase<TActor> testActorRef, IActorRef actorRef) =>
        testActorRef is null ? actorRef is null : testActorRef.Equals(actorRef);
}
