using System;

namespace Akka.Actor;

/// <summary>The handlers of one behaviour in the order of their registration; the first that takes a message has it.</summary>
internal sealed class MessageHandlers
{
    private MessageHandler[] _handlers = Array.Empty<MessageHandler>();
    private bool _closed;

    public void Add(Type messageType, MessageHandler handler, bool unconditional)
    {
        if (_closed)
            throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
        Array.Resize(ref _handlers, _handlers.Length + 1);
        _handlers[^1] = handler;
        _closed = unconditional && messageType == typeof(object);
    }

    public bool Handle(object message)
    {
        foreach (MessageHandler handler in _handlers)
            if (handler.TryHandle(message)) return true;
        return false;
    }
}

internal abstract class MessageHandler
{
    public abstract bool TryHandle(object message);
}

internal sealed class ActionHandler<T> : MessageHandler
{
    private readonly Action<T> _handler;
    private readonly Predicate<T> _shouldHandle;

    public ActionHandler(Action<T> handler, Predicate<T> shouldHandle)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = handler;
        _shouldHandle = shouldHandle;
    }

    public override bool TryHandle(object message)
    {
        if (message is not T typed || (_shouldHandle is not null && !_shouldHandle(typed))) return false;
        _handler(typed);
        return true;
    }
}

internal sealed class FunctionHandler<T> : MessageHandler
{
    private readonly Func<T, bool> _handler;

    public FunctionHandler(Func<T, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = handler;
    }

    public override bool TryHandle(object message) => message is T typed && _handler(typed);
}

/// <summary>For a type known only at run time.</summary>
internal sealed class TypedHandler : MessageHandler
{
    private readonly Type _messageType;
    private readonly MessageHandler _inner;

    public TypedHandler(Type messageType, MessageHandler inner)
    {
        ArgumentNullException.ThrowIfNull(messageType);
        _messageType = messageType;
        _inner = inner;
    }

    public override bool TryHandle(object message) => _messageType.IsInstanceOfType(message) && _inner.TryHandle(message);
}
