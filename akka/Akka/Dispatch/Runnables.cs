using System;
using System.Threading;

namespace Akka.Dispatch;

/// <summary>A piece of work for a dispatcher or the scheduler; queued on the .NET pool as it is, without a delegate around it.</summary>
public interface IRunnable : IThreadPoolWorkItem
{
    /// <summary>Does it.</summary>
    void Run();
}

/// <summary>An action to run.</summary>
public sealed class ActionRunnable : IRunnable
{
    private readonly Action _action;

    /// <summary>An action to run.</summary>
    public ActionRunnable(Action action)
    {
        _action = action;
    }

    /// <inheritdoc/>
    public void Run() => _action();

    /// <inheritdoc/>
    public void Execute() => _action();
}

/// <summary>An action to run.</summary>
public sealed class ActionWithStateRunnable : IRunnable
{
    private readonly Action<object> _actionWithState;
    private readonly object _state;

    /// <summary>An action to run.</summary>
    public ActionWithStateRunnable(Action<object> actionWithState, object state)
    {
        _actionWithState = actionWithState;
        _state = state;
    }

    /// <inheritdoc/>
    public void Run() => _actionWithState(_state);

    /// <inheritdoc/>
    public void Execute() => _actionWithState(_state);
}
