using System.Threading;
using Akka.Actor;
using Akka.Actor.Internal;

namespace Akka.TestKit.Internal;

/// <summary>
/// Keeps the implicit sender of a test over its awaits: continuations run on pool threads, with the test actor's cell lent to them.
/// </summary>
internal sealed class ActorCellKeepingSynchronizationContext : SynchronizationContext
{
    private readonly ActorCell _cell;

    public ActorCellKeepingSynchronizationContext(ActorCell cell)
    {
        _cell = cell;
    }

    public override void Post(SendOrPostCallback d, object state) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => work.Context.Send(work.Callback, work.State), (Context: this, Callback: d, State: state), preferLocal: false);

    public override void Send(SendOrPostCallback d, object state)
    {
        var outerCell = InternalCurrentActorCellKeeper.Lent;
        var outerContext = Current;
        InternalCurrentActorCellKeeper.Lent = _cell;
        SetSynchronizationContext(this);
        try
        {
            d(state);
        }
        finally
        {
            InternalCurrentActorCellKeeper.Lent = outerCell;
            SetSynchronizationContext(outerContext);
        }
    }

    public override SynchronizationContext CreateCopy() => this;
}
