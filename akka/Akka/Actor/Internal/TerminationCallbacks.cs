using System;
using System.Collections.Generic;
using Akka.Event;

namespace Akka.Actor.Internal;

/// <summary>What is to be run when a system has ended; newest first.</summary>
internal sealed class TerminationCallbacks
{
    private readonly object _lock = new();
    private Stack<Action> _callbacks = new();

    public void Add(Action code)
    {
        lock (_lock)
        {
            if (_callbacks is null) throw new InvalidOperationException("ActorSystem already terminated.");
            _callbacks.Push(code);
        }
    }

    public void Run(ILoggingAdapter log)
    {
        Stack<Action> callbacks;
        lock (_lock)
        {
            callbacks = _callbacks;
            _callbacks = null;
        }

        if (callbacks is null) return;
        while (callbacks.TryPop(out Action code))
        {
            try
            {
                code();
            }
            catch (Exception e)
            {
                log.Error(e, "A termination callback failed");
            }
        }
    }
}
