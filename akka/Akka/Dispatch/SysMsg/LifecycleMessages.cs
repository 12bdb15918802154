using System;
using Akka.Actor;
using Akka.Event;

namespace Akka.Dispatch.SysMsg;

/// <summary>Waits until the children that a restart or a late creation stopped are gone.</summary>
internal interface IDeferredWhileWaitingForChildren
{
}

/// <summary>Waits until the receiver itself is no longer suspended by a failure.</summary>
internal interface IDeferredWhileFailed
{
}

public sealed class NoMessage : SystemMessage
{
    public override string ToString() => "<NoMessage>";
}

/// <summary>First message of a cell: make and start the instance; or fail, if the creation was doomed already.</summary>
public sealed class Create : SystemMessage
{
    public Create(ActorInitializationException failure = null)
    {
        Failure = failure;
    }

    public ActorInitializationException Failure { get; }

    public override bool Equals(object obj) => obj is Create other && Equals(Failure, other.Failure);

    public override int GetHashCode() => Failure?.GetHashCode() ?? 0;

    public override string ToString() => "<Create>" + (Failure is null ? "" : " Failure: " + Failure);
}

public sealed class Recreate : SystemMessage, IDeferredWhileWaitingForChildren
{
    public Recreate(Exception cause)
    {
        Cause = cause;
    }

    public Exception Cause { get; }

    public override string ToString() => "<Recreate>" + (Cause is null ? "" : " Cause: " + Cause);
}

public sealed class Suspend : SystemMessage, IDeferredWhileWaitingForChildren
{
    public override string ToString() => "<Suspend>";
}

public sealed class Resume : SystemMessage, IDeferredWhileWaitingForChildren
{
    public Resume(Exception causedByFailure)
    {
        CausedByFailure = causedByFailure;
    }

    public Exception CausedByFailure { get; set; }

    public override string ToString() => "<Resume>" + (CausedByFailure is null ? "" : " CausedByFailure: " + CausedByFailure);
}

public sealed class Terminate : SystemMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    public override string ToString() => "<Terminate>";
}

/// <summary>From a child that was created elsewhere to its supervisor.</summary>
public sealed class Supervise : SystemMessage
{
    public Supervise(IActorRef child, bool async)
    {
        Child = child;
        Async = async;
    }

    public IActorRef Child { get; }

    public bool Async { get; }

    public override string ToString() => "<Supervise>: " + Child + (Async ? " async" : "");
}

/// <summary>A child to its supervisor: I have failed and suspended myself. The uid tells which incarnation of the name it was.</summary>
public sealed class Failed : SystemMessage, IDeferredWhileWaitingForChildren, IDeferredWhileFailed
{
    public Failed(IActorRef child, Exception cause, long uid)
    {
        Child = child;
        Cause = cause;
        Uid = uid;
    }

    public IActorRef Child { get; }

    public Exception Cause { get; }

    public long Uid { get; }

    public override string ToString() => "<Failed>: " + Child + " (" + Uid + ") " + Cause;
}
