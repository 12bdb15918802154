using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Reacts to the messages of a test actor when they arrive, before the test asks for them.</summary>
public abstract class AutoPilot
{
    /// <summary>Ends the automatic answering.</summary>
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    /// <summary>Goes on with the same pilot.</summary>
    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <returns>The pilot for the next message; <see cref="KeepRunning"/> means this one again.</returns>
    public abstract AutoPilot Run(IActorRef sender, object message);
}

/// <summary>No reaction.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    /// <summary>The only one.</summary>
    public static NoAutoPilot Instance = new();

    private NoAutoPilot()
    {
    }

    /// <summary>Never called: it is a sign, not a pilot.</summary>
    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>The answer that keeps the pilot at work.</summary>
public sealed class KeepRunning : AutoPilot
{
    /// <summary>The only one.</summary>
    public static KeepRunning Instance = new();

    private KeepRunning()
    {
    }

    /// <summary>Never called: it is a sign, not a pilot.</summary>
    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>Answers a message; what it returns answers the next one.</summary>
public delegate AutoPilot AutoPilotDelegate(IActorRef sender, object message);

/// <summary>A pilot that is a function.</summary>
public sealed class DelegateAutoPilot : AutoPilot
{
    private readonly AutoPilotDelegate _run;

    /// <summary>A pilot that is a function.</summary>
    public DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate)
    {
        _run = autoPilotDelegate;
    }

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => _run(sender, message);
}
