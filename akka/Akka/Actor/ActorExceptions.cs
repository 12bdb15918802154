using System;

namespace Akka.Actor;

/// <summary>An actor could not be created or started. The default supervision stops such a child.</summary>
public class ActorInitializationException : AkkaException
{
    public ActorInitializationException()
    {
    }

    public ActorInitializationException(string message) : base(message)
    {
    }

    public ActorInitializationException(string message, Exception cause) : base(message, cause)
    {
    }

    public ActorInitializationException(IActorRef actor, string message, Exception cause = null) : base(message, cause)
    {
        Actor = actor;
    }

    public IActorRef Actor { get; set; }

    public override string ToString() => Actor is null ? base.ToString() : Actor + ": " + base.ToString();
}

/// <summary>The new instance of a restarted actor could not be brought up.</summary>
public class PostRestartException : ActorInitializationException
{
    public PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
        : base(actor, "Exception after restart (" + originalCause.GetType().Name + ": " + originalCause.Message + ")", cause)
    {
        OriginalCause = originalCause;
    }

    public Exception OriginalCause { get; }
}

/// <summary>PreRestart of the old instance failed; the restart goes on, this is only logged.</summary>
public class PreRestartException : ActorInitializationException
{
    public PreRestartException(IActorRef actor, Exception restartException, Exception cause, object optionalMessage)
        : base(actor, "Exception in PreRestart (restart because of " + cause?.GetType().Name + ", message "
            + (optionalMessage?.GetType().Name ?? "none") + ")", restartException)
    {
        RestartException = restartException;
        OptionalMessage = optionalMessage;
    }

    public Exception RestartException { get; }

    public object OptionalMessage { get; }
}

public class ActorInterruptedException : AkkaException
{
    public ActorInterruptedException(string message = null, Exception cause = null) : base(message, cause)
    {
    }
}

public class ActorKilledException : AkkaException
{
    public ActorKilledException()
    {
    }

    public ActorKilledException(string message) : base(message)
    {
    }
}

public class ActorNotFoundException : AkkaException
{
    public ActorNotFoundException()
    {
    }

    public ActorNotFoundException(string message, Exception innerException = null) : base(message, innerException)
    {
    }
}

public class AskTimeoutException : AkkaException
{
    public AskTimeoutException(string message) : base(message)
    {
    }
}

/// <summary>A Terminated message was not handled by the watcher.</summary>
public class DeathPactException : AkkaException
{
    public DeathPactException(IActorRef deadActor) : base("Monitored actor [" + deadActor + "] terminated")
    {
        DeadActor = deadActor;
    }

    public IActorRef DeadActor { get; }
}

public class IllegalActorNameException : AkkaException
{
    public IllegalActorNameException(string message) : base(message)
    {
    }
}

public class IllegalActorStateException : AkkaException
{
    public IllegalActorStateException(string message) : base(message)
    {
    }
}

public class InvalidActorNameException : AkkaException
{
    public InvalidActorNameException(string message) : base(message)
    {
    }

    public InvalidActorNameException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

public class InvalidMessageException : AkkaException
{
    public InvalidMessageException() : this("Message is null")
    {
    }

    public InvalidMessageException(string message) : base(message)
    {
    }
}

public class LoggerInitializationException : AkkaException
{
    public LoggerInitializationException()
    {
    }

    public LoggerInitializationException(string message) : base(message)
    {
    }

    public LoggerInitializationException(string message, Exception cause = null) : base(message, cause)
    {
    }
}

public sealed class SchedulerException : AkkaException
{
    public SchedulerException(string message) : base(message)
    {
    }
}

public class StashOverflowException : AkkaException
{
    public StashOverflowException(string message, Exception cause = null) : base(message, cause)
    {
    }
}
