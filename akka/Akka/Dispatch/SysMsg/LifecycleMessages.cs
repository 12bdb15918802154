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

/// <summary>Nothing.</summary>
public sealed class NoMessage : SystemMessage
{
    /// <inheritdoc/>
    public override string ToString() => "<NoMessage>";
}

/// <summary>First message of a cell: make and start the instance; or fail, if the creation was doomed already.</summary>
public sealed class Create : SystemMessage
{
    /// <summary>The first message of an actor.</summary>
    public Create(ActorInitializationException failure = null)
    {
        Failure = failure;
    }

    /// <summary>Why it cannot start; null if it can.</summary>
    public ActorInitializationException Failure { get; }

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is Create other && Equals(Failure, other.Failure);

    /// <inheritdoc/>
    public override int GetHashCode() => Failure?.GetHashCode() ?? 0;

    /// <inheritdoc/>
    public override string ToString() => "<Create>" + (Failure is null ? "" : " Failure: " + Failure);
}

/// <summary>Begin anew.</summary>
public sealed class Recreate : SystemMessage, IDeferredWhileWaitingForChildren
{
    /// <summary>Begin anew.</summary>
    public Recreate(Exception cause)
    {
        Cause = cause;
    }

    /// <summary>What it failed with.</summary>
    public Exception Cause { get; }

    /// <inheritdoc/>
    public override string ToString() => "<Recreate>" + (Cause is null ? "" : " Cause: " + Cause);
}

/// <summary>Hold the mailbox.</summary>
public sealed class Suspend : SystemMessage, IDeferredWhileWaitingForChildren
{
    /// <inheritdoc/>
    public override string ToString() => "<Suspend>";
}

/// <summary>Go on.</summary>
public sealed class Resume : SystemMessage, IDeferredWhileWaitingForChildren
{
    /// <summary>Go on.</summary>
    public Resume(Exception causedByFailure)
    {
        CausedByFailure = causedByFailure;
    }

    /// <summary>What it had failed with; null if it was only held.</summary>
    public Exception CausedByFailure { get; set; }

    /// <inheritdoc/>
    public override string ToString() => "<Resume>" + (CausedByFailure is null ? "" : " CausedByFailure: " + CausedByFailure);
}

/// <summary>End.</summary>
public sealed class Terminate : SystemMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    /// <inheritdoc/>
    public override string ToString() => "<Terminate>";
}

/// <summary>From a child that was created elsewhere to its supervisor.</summary>
public sealed class Supervise : SystemMessage
{
    /// <summary>Tells a parent of its child.</summary>
    public Supervise(IActorRef child, bool async)
    {
        Child = child;
        Async = async;
    }

    /// <summary>The child.</summary>
    public IActorRef Child { get; }

    /// <summary>Whether it starts by itself.</summary>
    public bool Async { get; }

    /// <inheritdoc/>
    public override string ToString() => "<Supervise>: " + Child + (Async ? " async" : "");
}

/// <summary>A child to its supervisor: I have failed and suspended myself. The uid tells which incarnation of the name it was.</summary>
public sealed class Failed : SystemMessage, IDeferredWhileWaitingForChildren, IDeferredWhileFailed
{
    /// <summary>Tells the supervisor.</summary>
    public Failed(IActorRef child, Exception cause, long uid)
    {
        Child = child;
        Cause = cause;
        Uid = uid;
    }

    /// <summary>Who failed.</summary>
    public IActorRef Child { get; }

    /// <summary>What it failed with.</summary>
    public Exception Cause { get; }

    /// <summary>Which incarnation.</summary>
    public long Uid { get; }

    /// <inheritdoc/>
    public override string ToString() => "<Failed>: " + Child + " (" + Uid + ") " + Cause;
}
