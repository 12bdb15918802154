using System.Collections.Generic;
using Akka.Actor.Internal;

namespace Akka.Actor;

/// <summary>The behaviour stack and the making of instances.</summary>
public partial class ActorCell
{
    // The instance's own Receive lies at the bottom and is never popped. _behavior is the top.
    private readonly Stack<Receive> _behaviors = new(1);
    private Receive _behavior;
    private bool _creatingInstance;

    // akka.actor.debug.receive is on and the actor wants it.
    private bool _logsReceived;

    /// <summary>True from the beginning of an instance's construction until its base constructor has run.</summary>
    internal bool IsCreatingInstance => _creatingInstance;

    /// <inheritdoc/>
    public void Become(Receive receive)
    {
        if (_behaviors.Count > 1) _behaviors.Pop();
        BecomeStacked(receive);
    }

    /// <inheritdoc/>
    public void BecomeStacked(Receive receive)
    {
        _behaviors.Push(receive);
        _behavior = receive;
    }

    /// <inheritdoc/>
    public void UnbecomeStacked()
    {
        if (_behaviors.Count > 1) _behaviors.Pop();
        _behavior = _behaviors.Peek();
    }

    void IUntypedActorContext.Become(UntypedReceive receive) => Become(Always(receive));

    void IUntypedActorContext.BecomeStacked(UntypedReceive receive) => BecomeStacked(Always(receive));

    internal void Become(UntypedReceive receive) => Become(Always(receive));

    internal void BecomeStacked(UntypedReceive receive) => BecomeStacked(Always(receive));

    /// <summary>Makes the actor from its props.</summary>
    protected virtual ActorBase CreateNewActorInstance() => Props.NewActor();

    /// <summary>Called by the base constructor of every actor.</summary>
    internal void PrepareInstance(ActorBase instance)
    {
        _creatingInstance = false;
        BecomeStacked(instance.InitialReceive);
        if (instance is IWithTimers withTimers) withTimers.Timers = _timers = new TimerScheduler(this);
    }

    private ActorBase NewActor()
    {
        _behaviors.Clear();
        _behavior = null;
        _strategy = null;
        _timers = null;
        _creatingInstance = true;
        ActorCell previous = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = this;
        try
        {
            ActorBase instance = CreateNewActorInstance();
            if (instance is IInitializableActor initializable) initializable.Init();
            _logsReceived = _system.Settings.AddLoggingReceive && instance is ILogReceive;
            if (instance is IActorStash stashing) stashing.Stash = this.CreateStash(stashing);
            return instance;
        }
        finally
        {
            _creatingInstance = false;
            InternalCurrentActorCellKeeper.Current = previous;
        }
    }

    private static Receive Always(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };
}
