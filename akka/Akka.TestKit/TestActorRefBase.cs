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

    protected TestActorRefBase(ActorSystem system, Props actorProps, IActorRef supervisor = null, string name = null)
    {
        _internalRef = InternalTestActorRef.Create(system, actorProps, supervisor, name);
    }

    public IActorRef Ref => _internalRef;

    public ActorPath Path => _internalRef.Path;

    /// <summary>The instance of the moment. To be touched only while the actor is at rest.</summary>
    public TActor UnderlyingActor => (TActor)_internalRef.UnderlyingActor;

    IInternalActorRef IInternalActorRef.Parent => _internalRef.Parent;

    IActorRefProvider IInternalActorRef.Provider => _internalRef.Provider;

    bool IInternalActorRef.IsTerminated => _internalRef.IsTerminated;

    bool IActorRefScope.IsLocal => _internalRef.IsLocal;

    protected InternalTestActorRef InternalRef => _internalRef;

    public static IActorRef ToActorRef(TestActorRefBase<TActor> actorRef) => actorRef._internalRef;

    public static bool operator ==(TestActorRefBase<TActor> testActorRef, IActorRef actorRef) => Same(testActorRef, actorRef);

    public static bool operator !=(TestActorRefBase<TActor> testActorRef, IActorRef actorRef) => !Same(testActorRef, actorRef);

    public static bool operator ==(IActorRef actorRef, TestActorRefBase<TActor> testActorRef) => Same(testActorRef, actorRef);

    public static bool operator !=(IActorRef actorRef, TestActorRefBase<TActor> testActorRef) => !Same(testActorRef, actorRef);

    /// <summary>Handles the message now, on this thread, past the mailbox; what the actor throws comes out here.</summary>
    public void Receive(object message, IActorRef sender = null) => _internalRef.Receive(message, sender);

    public Task ReceiveAsync(object message, IActorRef sender = null) => _internalRef.ReceiveAsync(message, sender);

    public void Watch(IActorRef subject) => _internalRef.Watch(subject);

    public void Unwatch(IActorRef subject) => _internalRef.Unwatch(subject);

    public void Tell(object message) => ActorRefImplicitSenderExtensions.Tell(_internalRef, message);

    public void Tell(object message, IActorRef sender) => _internalRef.Tell(message, sender);

    public void Forward(object message) => ActorRefImplicitSenderExtensions.Forward(_internalRef, message);

    public void SendSystemMessage(ISystemMessage message) => _internalRef.SendSystemMessage(message);

    public void SendSystemMessage(ISystemMessage message, IActorRef sender) => _internalRef.SendSystemMessage(message);

    public bool Equals(IActorRef other) => _internalRef.Equals(other);

    public override bool Equals(object obj) => obj is IActorRef other && _internalRef.Equals(other);

    public override int GetHashCode() => _internalRef.GetHashCode();

    public int CompareTo(object obj) => _internalRef.CompareTo(obj);

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
