using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>To a guardian: stop this child of yours.</summary>
public sealed class StopChild
{
    public StopChild(IActorRef child)
    {
        Child = child;
    }

    public IActorRef Child { get; }

    public override string ToString() => "<StopChild> " + Child;
}

/// <summary>To the system guardian: tell the sender when the user's actors are gone, and wait for its <see cref="TerminationHookDone"/>.</summary>
public sealed class RegisterTerminationHook
{
    private RegisterTerminationHook()
    {
    }

    public static RegisterTerminationHook Instance { get; } = new();

    public override string ToString() => "<RegisterTerminationHook>";
}

public sealed class TerminationHook
{
    private TerminationHook()
    {
    }

    public static TerminationHook Instance { get; } = new();

    public override string ToString() => "<TerminationHook>";
}

public sealed class TerminationHookDone
{
    private TerminationHookDone()
    {
    }

    public static TerminationHookDone Instance { get; } = new();

    public override string ToString() => "<TerminationHookDone>";
}
