using System;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Stops the receiver when its turn in the mailbox comes.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    private PoisonPill()
    {
    }

    /// <summary>The only one.</summary>
    public static PoisonPill Instance { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "<PoisonPill>";
}

/// <summary>Makes the receiver fail with <see cref="ActorKilledException"/>; its supervisor decides.</summary>
public sealed class Kill : IAutoReceivedMessage
{
    private Kill()
    {
    }

    /// <summary>The only one.</summary>
    public static Kill Instance { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "<Kill>";
}

/// <summary>Asks whoever receives it to answer with an <see cref="ActorIdentity"/>.</summary>
public sealed class Identify : IAutoReceivedMessage, INotInfluenceReceiveTimeout
{
    /// <summary>With an id that the answer repeats.</summary>
    public Identify(object messageId)
    {
        MessageId = messageId;
    }

    /// <summary>The id of the question.</summary>
    public object MessageId { get; }

    /// <inheritdoc/>
    public override bool Equals(object obj) => obj is Identify other && Equals(MessageId, other.MessageId);

    /// <inheritdoc/>
    public override int GetHashCode() => MessageId?.GetHashCode() ?? 0;

    /// <inheritdoc/>
    public override string ToString() => "<Identify>: " + MessageId;
}

/// <summary>The answer to <see cref="Identify"/>; the subject is null when nobody is there.</summary>
public sealed class ActorIdentity
{
    /// <summary>The answer to <see cref="Identify"/>.</summary>
    public ActorIdentity(object messageId, IActorRef subject)
    {
        MessageId = messageId;
        Subject = subject;
    }

    /// <summary>The id of the question.</summary>
    public object MessageId { get; }

    /// <summary>Who answers; null for nobody.</summary>
    public IActorRef Subject { get; }

    /// <inheritdoc/>
    public override bool Equals(object obj) =>
        obj is ActorIdentity other && Equals(MessageId, other.MessageId) && Equals(Subject, other.Subject);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MessageId, Subject);

    /// <inheritdoc/>
    public override string ToString() => "<ActorIdentity>: " + MessageId + " - " + Subject;
}

/// <summary>A watched actor has stopped, or its node is gone (<see cref="AddressTerminated"/>).</summary>
public sealed class Terminated : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression, INoSerializationVerificationNeeded,
    IEquatable<Terminated>
{
    /// <summary>Made by the runtime.</summary>
    public Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    {
        ActorRef = actorRef;
        ExistenceConfirmed = existenceConfirmed;
        AddressTerminated = addressTerminated;
    }

    /// <summary>Who has ended.</summary>
    public IActorRef ActorRef { get; }

    /// <summary>False if it never lived, as far as is known.</summary>
    public bool ExistenceConfirmed { get; }

    /// <summary>True if its whole system is gone.</summary>
    public bool AddressTerminated { get; }

    /// <inheritdoc/>
    public bool Equals(Terminated other) => other is not null && Equals(ActorRef, other.ActorRef)
        && ExistenceConfirmed == other.ExistenceConfirmed && AddressTerminated == other.AddressTerminated;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as Terminated);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ActorRef, ExistenceConfirmed, AddressTerminated);

    /// <inheritdoc/>
    public override string ToString() => "<Terminated>: " + ActorRef + " - ExistenceConfirmed=" + ExistenceConfirmed;
}

/// <summary>The actor was idle for as long as it had asked with SetReceiveTimeout.</summary>
public class ReceiveTimeout : IPossiblyHarmful
{
    private ReceiveTimeout()
    {
    }

    /// <summary>The only one.</summary>
    public static ReceiveTimeout Instance { get; } = new();
}

/// <summary>An outcome as a message: an Ask turns the failure into an exception.</summary>
public abstract class Status
{
    /// <summary>It went well; with a result.</summary>
    public sealed class Success : Status
    {
        /// <summary>The only one.</summary>
        public static readonly Success Instance = new(null);

        /// <summary>The result.</summary>
        public readonly object Status;

        /// <summary>With a result.</summary>
        public Success(object status)
        {
            Status = status;
        }

        /// <inheritdoc/>
        public override string ToString() => "Success: " + Status;
    }

    /// <summary>It went wrong; with the cause.</summary>
    public sealed class Failure : Status
    {
        /// <summary>Why.</summary>
        public readonly Exception Cause;

        /// <summary>What the sender adds.</summary>
        public readonly object State;

        /// <summary>With the cause and, if given, something more.</summary>
        public Failure(Exception cause) : this(cause, null)
        {
        }

        /// <summary>With the cause and, if given, something more.</summary>
        public Failure(Exception cause, object state)
        {
            Cause = cause;
            State = state;
        }

        /// <inheritdoc/>
        public override string ToString() => State is null ? "Failure: " + Cause : "Failure: " + State + " - " + Cause;
    }
}
