using System;

namespace Akka.Actor;

/// <summary>An actor could not be created or started. The default supervision stops such a child.</summary>
public class ActorInitializationException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public ActorInitializationException()
    {
    }

    /// <summary>Says what happened.</summary>
    public ActorInitializationException(string message) : base(message)
    {
    }

    /// <summary>Says what happened.</summary>
    public ActorInitializationException(string message, Exception cause) : base(message, cause)
    {
    }

    /// <summary>Says what happened.</summary>
    public ActorInitializationException(IActorRef actor, string message, Exception cause = null) : base(message, cause)
    {
        Actor = actor;
    }

    /// <summary>The actor that could not start.</summary>
    public IActorRef Actor { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Actor is null ? base.ToString() : Actor + ": " + base.ToString();
}

/// <summary>The new instance of a restarted actor could not be brought up.</summary>
public class PostRestartException : ActorInitializationException
{
    /// <summary>Says what happened.</summary>
    public PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
        : base(actor, "Exception after restart (" + originalCause.GetType().Name + ": " + originalCause.Message + ")", cause)
    {
        OriginalCause = originalCause;
    }

    /// <summary>Why the actor was to be restarted.</summary>
    public Exception OriginalCause { get; }
}

/// <summary>PreRestart of the old instance failed; the restart goes on, this is only logged.</summary>
public class PreRestartException : ActorInitializationException
{
    /// <summary>Says what happened.</summary>
    public PreRestartException(IActorRef actor, Exception restartException, Exception cause, object optionalMessage)
        : base(actor, "Exception in PreRestart (restart because of " + cause?.GetType().Name + ", message "
            + (optionalMessage?.GetType().Name ?? "none") + ")", restartException)
    {
        RestartException = restartException;
        OptionalMessage = optionalMessage;
    }

    /// <summary>Why the actor was to be restarted.</summary>
    public Exception RestartException { get; }

    /// <summary>The message that it failed at.</summary>
    public object OptionalMessage { get; }
}

/// <summary>The actor's thread was interrupted.</summary>
public class ActorInterruptedException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public ActorInterruptedException(string message = null, Exception cause = null) : base(message, cause)
    {
    }
}

/// <summary>The actor got <see cref="Kill"/>.</summary>
public class ActorKilledException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public ActorKilledException()
    {
    }

    /// <summary>Says what happened.</summary>
    public ActorKilledException(string message) : base(message)
    {
    }
}

/// <summary>Nobody answers to that path.</summary>
public class ActorNotFoundException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public ActorNotFoundException()
    {
    }

    /// <summary>Says what happened.</summary>
    public ActorNotFoundException(string message, Exception innerException = null) : base(message, innerException)
    {
    }
}

/// <summary>No answer came in time.</summary>
public class AskTimeoutException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public AskTimeoutException(string message) : base(message)
    {
    }
}

/// <summary>A Terminated message was not handled by the watcher.</summary>
public class DeathPactException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public DeathPactException(IActorRef deadActor) : base("Monitored actor [" + deadActor + "] terminated")
    {
        DeadActor = deadActor;
    }

    /// <summary>Whose end was not handled.</summary>
    public IActorRef DeadActor { get; }
}

/// <summary>The name cannot be that of an actor, or is taken.</summary>
public class IllegalActorNameException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public IllegalActorNameException(string message) : base(message)
    {
    }
}

/// <summary>The actor is not in a state for that.</summary>
public class IllegalActorStateException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public IllegalActorStateException(string message) : base(message)
    {
    }
}

/// <summary>The name cannot be that of an actor, or is taken.</summary>
public class InvalidActorNameException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public InvalidActorNameException(string message) : base(message)
    {
    }

    /// <summary>Says what happened.</summary>
    public InvalidActorNameException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

/// <summary>The message cannot be sent.</summary>
public class InvalidMessageException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public InvalidMessageException() : this("Message is null")
    {
    }

    /// <summary>Says what happened.</summary>
    public InvalidMessageException(string message) : base(message)
    {
    }
}

/// <summary>A logger did not start.</summary>
public class LoggerInitializationException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public LoggerInitializationException()
    {
    }

    /// <summary>Says what happened.</summary>
    public LoggerInitializationException(string message) : base(message)
    {
    }

    /// <summary>Says what happened.</summary>
    public LoggerInitializationException(string message, Exception cause = null) : base(message, cause)
    {
    }
}

/// <summary>The scheduler does not take work.</summary>
public sealed class SchedulerException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public SchedulerException(string message) : base(message)
    {
    }
}

/// <summary>The stash is full.</summary>
public class StashOverflowException : AkkaException
{
    /// <summary>Says what happened.</summary>
    public StashOverflowException(string message, Exception cause = null) : base(message, cause)
    {
    }
}
