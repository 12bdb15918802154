using System;
using System.Threading.Tasks;
using Akka.Dispatch;

namespace Akka.Actor;

public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => CurrentCell;

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    /// <summary>Runs the task as this actor's work: no user message is taken before it has completed.</summary>
    protected void RunTask(Action action) => ActorTaskScheduler.RunTask(action);

    protected void RunTask(Func<Task> action) => ActorTaskScheduler.RunTask(action);

    protected void Become(UntypedReceive receive) => CurrentCell.Become(receive);

    protected void BecomeStacked(UntypedReceive receive) => CurrentCell.BecomeStacked(receive);
}
