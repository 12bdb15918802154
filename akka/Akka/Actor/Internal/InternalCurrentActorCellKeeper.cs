using System;

namespace Akka.Actor.Internal;

/// <summary>The cell whose actor runs on this thread.</summary>
public static class InternalCurrentActorCellKeeper
{
    [ThreadStatic]
    private static ActorCell _current;

    public static ActorCell Current
    {
        get => _current;
        set => _current = value;
    }
}

/// <summary>Told when the constructors of an instance are through.</summary>
public interface IInitializableActor
{
    void Init();
}
