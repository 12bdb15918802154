using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>To a guardian: stop this child of yours.</summary>
public sealed class StopChild
{
    /// <summary>Asks a guardian to stop a child.</summary>
    public StopChild(IActorRef child)
    {
        Child = child;
    }

    /// <summary>Whom to stop.</summary>
    public IActorRef Child { get; }

    /// <inheritdoc/>
    public override string ToString() => "<StopChild> " + Child;
}

/// <summary>To the system guardian: tell the sender when the user's actors are gone, and wait for its <see cref="TerminationHookDone"/>.</summary>
public sealed class RegisterTerminationHook
{
    private RegisterTerminationHook()
    {
    }

    /// <summary>The only one.</summary>
    public static RegisterTerminationHook Instance { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "<RegisterTerminationHook>";
}

/// <summary>The guardian asks whether its end may go on.</summary>
public sealed class TerminationHook
{
    private TerminationHook()
    {
    }

    /// <summary>The only one.</summary>
    public static TerminationHook Instance { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "<TerminationHook>";
}

/// <summary>The answer to it.</summary>
public sealed class TerminationHookDone
{
    private TerminationHookDone()
    {
    }

    /// <summary>The only one.</summary>
    public static TerminationHookDone Instance { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "<TerminationHookDone>";
}
