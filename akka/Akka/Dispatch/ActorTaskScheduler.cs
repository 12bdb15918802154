using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>
/// Brings the continuations of an actor's asynchronous handlers back onto the actor: each travels as a system message, so it runs
/// while user messages are held back until the handler is through.
/// </summary>
public class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;

    internal ActorTaskScheduler(ActorCell cell)
    {
        _cell = cell;
    }

    /// <summary>The message at hand.</summary>
    public object CurrentMessage => _cell.CurrentMessage;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs an asynchronous handler on the current actor.</summary>
    public static void RunTask(Func<Task> asyncAction)
    {
        ActorCell cell = InternalCurrentActorCellKeeper.Current
            ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        ActorTaskScheduler scheduler = cell.TaskScheduler;
        Task<Task> start = new(asyncAction);
        start.RunSynchronously(scheduler);
        Task handler = start.GetAwaiter().GetResult();
        if (handler is null) return;
        if (handler.IsCompleted)
        {
            // Finished without waiting for anything: an ordinary handler, also in how it fails.
            handler.GetAwaiter().GetResult();
            return;
        }

        cell.BeginAsyncHandler();
        handler.ContinueWith(
            static (task, state) => ((ActorCell)state).EndAsyncHandler(task),
            cell,
            CancellationToken.None,
            TaskContinuationOptions.None,
            scheduler);
    }

    /// <summary>Runs something on the actor; the next message waits for it.</summary>
    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    internal void Execute(Task task)
    {
        // A context that the thread carries (a test's) would keep the continuation from coming back here.
        SynchronizationContext context = SynchronizationContext.Current;
        if (context is not null) SynchronizationContext.SetSynchronizationContext(null);
        OnBeforeTaskStarted();
        try
        {
            TryExecuteTask(task);
        }
        finally
        {
            OnAfterTaskCompleted();
            if (context is not null) SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => _cell.SendSystemMessage(new ActorTask(task));

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        if (taskWasPreviouslyQueued || InternalCurrentActorCellKeeper.Current != _cell) return false;
        Execute(task);
        return task.IsCompleted;
    }

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => null;

    /// <summary>Runs around each step of a task.</summary>
    protected virtual void OnBeforeTaskStarted()
    {
    }

    /// <summary>Runs around each step of a task.</summary>
    protected virtual void OnAfterTaskCompleted()
    {
    }
}
