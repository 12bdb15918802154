using System;
using System.Threading.Tasks;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor with one handler for all messages.</summary>
public abstract class UntypedActor : ActorBase
{
    /// <summary>What the runtime offers to the actor. Only while it handles something.</summary>
    protected static new IUntypedActorContext Context => CurrentCell;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    /// <summary>Handles a message.</summary>
    protected abstract void OnReceive(object message);

    /// <summary>Runs the task as this actor's work: no user message is taken before it has completed.</summary>
    protected void RunTask(Action action) => ActorTaskScheduler.RunTask(action);

    /// <summary>Runs a task; the next message waits for it.</summary>
    protected void RunTask(Func<Task> action) => ActorTaskScheduler.RunTask(action);

    /// <summary>Replaces the present behaviour.</summary>
    protected void Become(UntypedReceive receive) => CurrentCell.Become(receive);

    /// <summary>Puts a behaviour on top of the present one.</summary>
    protected void BecomeStacked(UntypedReceive receive) => CurrentCell.BecomeStacked(receive);
}
