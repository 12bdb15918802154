using System;
using System.Threading.Tasks;
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor whose handlers are registered by message type, in its constructor or in a method given to Become.</summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private readonly MessageHandlers _initial = new();

    // Where registrations go; null while none are allowed.
    private MessageHandlers _configuring;

    protected ReceiveActor()
    {
        _configuring = _initial;
    }

    void IInitializableActor.Init() => _configuring = null;

    protected sealed override void OnReceive(object message)
    {
        if (!_initial.Handle(message)) Unhandled(message);
    }

    protected void Become(Action configure) => Become(Configure(configure));

    protected void BecomeStacked(Action configure) => BecomeStacked(Configure(configure));

    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) =>
        Configuring().Add(typeof(T), new ActionHandler<T>(handler, shouldHandle), shouldHandle is null);

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Configuring().Add(typeof(T), new FunctionHandler<T>(handler), false);

    protected void Receive(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        Configuring().Add(messageType, new TypedHandler(messageType, new ActionHandler<object>(handler, shouldHandle)), shouldHandle is null);

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Configuring().Add(messageType, new TypedHandler(messageType, new FunctionHandler<object>(handler)), false);

    protected void ReceiveAny(Action<object> handler) => Receive<object>(handler);

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) => Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Receive(Async(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(Async(handler));

    private static Action<T> Async<T>(Func<T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return message => ActorTaskScheduler.RunTask(() => handler(message));
    }

    private Receive Configure(Action configure)
    {
        MessageHandlers handlers = new();
        MessageHandlers outer = _configuring;
        _configuring = handlers;
        try
        {
            configure();
        }
        finally
        {
            _configuring = outer;
        }

        return handlers.Handle;
    }

    private MessageHandlers Configuring() => _configuring ?? throw new InvalidOperationException(
        "You may only call Receive-methods when constructing the actor and inside Become() or BecomeStacked()");
}
