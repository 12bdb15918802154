using System;

namespace Akka.Persistence;

/// <summary>A handler that runs when the journal has answered.</summary>
public interface IPendingHandlerInvocation
{
    object Event { get; }

    Action<object> Handler { get; }
}

/// <summary>Commands wait for it.</summary>
public sealed class StashingHandlerInvocation : IPendingHandlerInvocation
{
    public StashingHandlerInvocation(object evt, Action<object> handler)
    {
        Event = evt;
        Handler = handler;
    }

    public object Event { get; }

    public Action<object> Handler { get; }
}

/// <summary>Commands go on meanwhile.</summary>
public sealed class AsyncHandlerInvocation : IPendingHandlerInvocation
{
    public AsyncHandlerInvocation(object evt, Action<object> handler)
    {
        Event = evt;
        Handler = handler;
    }

    public object Event { get; }

    public Action<object> Handler { get; }
}
