using System;

namespace Akka.Persistence;

/// <summary>A handler that runs when the journal has answered.</summary>
public interface IPendingHandlerInvocation
{
    /// <summary>What the handler is given.</summary>
    object Event { get; }

    /// <summary>What runs then.</summary>
    Action<object> Handler { get; }
}

/// <summary>Commands wait for it.</summary>
public sealed class StashingHandlerInvocation : IPendingHandlerInvocation
{
    /// <summary>The handler runs with the event.</summary>
    public StashingHandlerInvocation(object evt, Action<object> handler)
    {
        Event = evt;
        Handler = handler;
    }

    /// <summary>What the handler is given.</summary>
    public object Event { get; }

    /// <summary>What runs then.</summary>
    public Action<object> Handler { get; }
}

/// <summary>Commands go on meanwhile.</summary>
public sealed class AsyncHandlerInvocation : IPendingHandlerInvocation
{
    /// <summary>The handler runs with the event.</summary>
    public AsyncHandlerInvocation(object evt, Action<object> handler)
    {
        Event = evt;
        Handler = handler;
    }

    /// <summary>What the handler is given.</summary>
    public object Event { get; }

    /// <summary>What runs then.</summary>
    public Action<object> Handler { get; }
}
