using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.Persistence;

/// <summary>A persistent actor whose handlers are registered by message type, in its constructor or in a method given to Become.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor, IInitializableActor
{
    private readonly MessageHandlers _initial = new();
    private readonly MessageHandlers _recover = new();

    // Where registrations of commands go; null while none are allowed.
    private MessageHandlers _configuring;
    private bool _constructed;

    /// <summary>Made by the system; handlers are registered in the constructor.</summary>
    protected ReceivePersistentActor()
    {
        _configuring = _initial;
    }

    void IInitializableActor.Init()
    {
        _configuring = null;
        _constructed = true;
    }

    /// <inheritdoc/>
    protected sealed override void OnCommand(object message)
    {
        if (!_initial.Handle(message)) Unhandled(message);
    }

    /// <inheritdoc/>
    protected sealed override void OnRecover(object message)
    {
        if (!_recover.Handle(message)) Unhandled(message);
    }

    /// <summary>Replaces the present behaviour.</summary>
    protected void Become(Action configure) => Become(Configure(configure));

    /// <summary>Puts a behaviour above the present one.</summary>
    protected void BecomeStacked(Action configure) => BecomeStacked(Configure(configure));

    /// <summary>Handles events of a type while recovering, and the snapshot offer.</summary>
    protected void Recover<T>(Action<T> handler, Predicate<T> shouldHandle = null) =>
        Recovering().Add(typeof(T), new ActionHandler<T>(handler, shouldHandle), shouldHandle is null);

    /// <summary>Handles events of a type while recovering, and the snapshot offer.</summary>
    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Recover(handler, shouldHandle);

    /// <summary>Handles events of a type while recovering, and the snapshot offer.</summary>
    protected void Recover<T>(Func<T, bool> handler) => Recovering().Add(typeof(T), new FunctionHandler<T>(handler), false);

    /// <summary>Handles events of a type while recovering, and the snapshot offer.</summary>
    protected void Recover(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        Recovering().Add(messageType, new TypedHandler(messageType, new ActionHandler<object>(handler, shouldHandle)), shouldHandle is null);

    /// <summary>Handles events of a type while recovering, and the snapshot offer.</summary>
    protected void Recover(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Recover(messageType, handler, shouldHandle);

    /// <summary>Handles events of a type while recovering, and the snapshot offer.</summary>
    protected void Recover(Type messageType, Func<object, bool> handler) =>
        Recovering().Add(messageType, new TypedHandler(messageType, new FunctionHandler<object>(handler)), false);

    /// <summary>Handles everything while recovering.</summary>
    protected void RecoverAny(Action<object> handler) => Recover<object>(handler);

    /// <summary>Handles commands of a type.</summary>
    protected void Command<T>(Action<T> handler, Predicate<T> shouldHandle = null) =>
        Configuring().Add(typeof(T), new ActionHandler<T>(handler, shouldHandle), shouldHandle is null);

    /// <summary>Handles commands of a type.</summary>
    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Command(handler, shouldHandle);

    /// <summary>Handles commands of a type.</summary>
    protected void Command<T>(Func<T, bool> handler) => Configuring().Add(typeof(T), new FunctionHandler<T>(handler), false);

    /// <summary>Handles commands of a type.</summary>
    protected void Command(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        Configuring().Add(messageType, new TypedHandler(messageType, new ActionHandler<object>(handler, shouldHandle)), shouldHandle is null);

    /// <summary>Handles commands of a type.</summary>
    protected void Command(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Command(messageType, handler, shouldHandle);

    /// <summary>Handles commands of a type.</summary>
    protected void Command(Type messageType, Func<object, bool> handler) =>
        Configuring().Add(messageType, new TypedHandler(messageType, new FunctionHandler<object>(handler)), false);

    /// <summary>Handles commands of a type.</summary>
    protected void Command(Action<object> handler) => CommandAny(handler);

    /// <summary>Handles every command that nothing before it has handled.</summary>
    protected void CommandAny(Action<object> handler) => Command<object>(handler, null);

    /// <summary>As Command; nothing else is taken before the task has completed.</summary>
    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) => Command(Async(handler), shouldHandle);

    /// <summary>As Command; nothing else is taken before the task has completed.</summary>
    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Command(Async(handler), shouldHandle);

    /// <summary>As Command; nothing else is taken before the task has completed.</summary>
    protected void CommandAsync(Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) =>
        Command(messageType, Async(handler), shouldHandle);

    /// <summary>As Command; nothing else is taken before the task has completed.</summary>
    protected void CommandAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Command(messageType, Async(handler), shouldHandle);

    /// <summary>As CommandAny; nothing else is taken before the task has completed.</summary>
    protected void CommandAnyAsync(Func<object, Task> handler) => CommandAny(Async(handler));

    private Action<T> Async<T>(Func<T, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return message => RunTask(() => handler(message));
    }

    private UntypedReceive Configure(Action configure)
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

        return message =>
        {
            if (!handlers.Handle(message)) Unhandled(message);
        };
    }

    private MessageHandlers Configuring() => _configuring ?? throw new InvalidOperationException(
        "You may only call Command-methods when constructing the actor and inside Become() or BecomeStacked()");

    private MessageHandlers Recovering() => !_constructed ? _recover : throw new InvalidOperationException(
        "You may only call Recover-methods when constructing the actor");
}
