using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Reacts to the messages of a test actor when they arrive, before the test asks for them.</summary>
public abstract class AutoPilot
{
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <returns>The pilot for the next message; <see cref="KeepRunning"/> means this one again.</returns>
    public abstract AutoPilot Run(IActorRef sender, object message);
}

/// <summary>No reaction.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    public static NoAutoPilot Instance = new();

    private NoAutoPilot()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>The answer that keeps the pilot at work.</summary>
public sealed class KeepRunning : AutoPilot
{
    public static KeepRunning Instance = new();

    private KeepRunning()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}

public delegate AutoPilot AutoPilotDelegate(IActorRef sender, object message);

public sealed class DelegateAutoPilot : AutoPilot
{
    private readonly AutoPilotDelegate _run;

    public DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate)
    {
        _run = autoPilotDelegate;
    }

    public override AutoPilot Run(IActorRef sender, object message) => _run(sender, message);
}
