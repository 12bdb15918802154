using System;
using System.Threading;

namespace Akka.Actor.Internal;

/// <summary>The cell whose actor runs on this thread.</summary>
public static class InternalCurrentActorCellKeeper
{
    [ThreadStatic]
    private static ActorCell _current;

    [ThreadStatic]
    private static ActorCell _lent;

    /// <summary>The cell at work on this thread.</summary>
    public static ActorCell Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>
    /// The cell in whose name a test sends on its own thread. It counts only while the thread has a synchronization context:
    /// a thread of the pool loses the context at the end of each piece of work, but would keep this.
    /// </summary>
    internal static ActorCell Lent
    {
        get => _lent is null || SynchronizationContext.Current is null ? null : _lent;
        set => _lent = value;
    }
}

/// <summary>Told when the constructors of an instance are through.</summary>
public interface IInitializableActor
{
    /// <summary>Runs before the constructor of the actor's own class.</summary>
    void Init();
}
