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

    /// <summary>Handlers are registered in the constructor.</summary>
    protected ReceiveActor()
    {
        _configuring = _initial;
    }

    void IInitializableActor.Init() => _configuring = null;

    /// <summary>Asks the handlers in their order.</summary>
    protected sealed override void OnReceive(object message)
    {
        if (!_initial.Handle(message)) Unhandled(message);
    }

    /// <summary>Replaces the present behaviour.</summary>
    protected void Become(Action configure) => Become(Configure(configure));

    /// <summary>Puts a behaviour on top of the present one.</summary>
    protected void BecomeStacked(Action configure) => BecomeStacked(Configure(configure));

    /// <summary>Registers a handler for a type, and for what a condition says. It is asked in the order of registering.</summary>
    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) =>
        Configuring().Add(typeof(T), new ActionHandler<T>(handler, shouldHandle), shouldHandle is null);

    /// <summary>Registers a handler for a type, and for what a condition says. It is asked in the order of registering.</summary>
    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <summary>Registers a handler for a type, and for what a condition says. It is asked in the order of registering.</summary>
    protected void Receive<T>(Func<T, bool> handler) => Configuring().Add(typeof(T), new FunctionHandler<T>(handler), false);

    /// <summary>Registers a handler for a type, and for what a condition says. It is asked in the order of registering.</summary>
    protected void Receive(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        Configuring().Add(messageType, new TypedHandler(messageType, new ActionHandler<object>(handler, shouldHandle)), shouldHandle is null);

    /// <summary>Registers a handler for a type, and for what a condition says. It is asked in the order of registering.</summary>
    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    /// <summary>Registers a handler for a type, and for what a condition says. It is asked in the order of registering.</summary>
    protected void Receive(Type messageType, Func<object, bool> handler) =>
        Configuring().Add(messageType, new TypedHandler(messageType, new FunctionHandler<object>(handler)), false);

    /// <summary>Registers a handler for everything else; the last one.</summary>
    protected void ReceiveAny(Action<object> handler) => Receive<object>(handler);

    /// <summary>Registers a handler that awaits. The next message waits for it.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) => Receive(Async(handler), shouldHandle);

    /// <summary>Registers a handler that awaits. The next message waits for it.</summary>
    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Receive(Async(handler), shouldHandle);

    /// <summary>Registers a handler that awaits. The next message waits for it.</summary>
    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) =>
        Receive(messageType, Async(handler), shouldHandle);

    /// <summary>Registers a handler that awaits. The next message waits for it.</summary>
    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Receive(messageType, Async(handler), shouldHandle);

    /// <summary>Registers a handler that awaits, for everything else; the last one.</summary>
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
