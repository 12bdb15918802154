using System;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>A stored event.</summary>
public sealed class ReplayedMessage : IJournalResponse, IDeadLetterSuppression, IEquatable<ReplayedMessage>
{
    /// <summary>An answer to a replay or a deletion.</summary>
    public ReplayedMessage(IPersistentRepresentation persistent)
    {
        Persistent = persistent;
    }

    /// <summary>The event, with its place in the history.</summary>
    public IPersistentRepresentation Persistent { get; }

    /// <inheritdoc/>
    public bool Equals(ReplayedMessage other) => other is not null && Equals(Persistent, other.Persistent);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as ReplayedMessage);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Persistent);

    /// <inheritdoc/>
    public override string ToString() => $"ReplayedMessage<persistent: {Persistent}>";
}

/// <summary>The end of a replay, with the highest sequence number ever stored.</summary>
public sealed class RecoverySuccess : IJournalResponse, IDeadLetterSuppression, IEquatable<RecoverySuccess>
{
    /// <summary>An answer to a replay or a deletion.</summary>
    public RecoverySuccess(long highestSequenceNr)
    {
        HighestSequenceNr = highestSequenceNr;
    }

    /// <summary>The highest number ever stored, also if its event has been deleted.</summary>
    public long HighestSequenceNr { get; }

    /// <inheritdoc/>
    public bool Equals(RecoverySuccess other) => other is not null && HighestSequenceNr == other.HighestSequenceNr;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as RecoverySuccess);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(HighestSequenceNr);

    /// <inheritdoc/>
    public override string ToString() => $"RecoverySuccess<highestSequenceNr: {HighestSequenceNr}>";
}

/// <summary>A replay failed.</summary>
public sealed class ReplayMessagesFailure : IJournalResponse, IDeadLetterSuppression, IEquatable<ReplayMessagesFailure>
{
    /// <summary>An answer to a replay or a deletion.</summary>
    public ReplayMessagesFailure(Exception cause)
    {
        Cause = cause;
    }

    /// <summary>What went wrong.</summary>
    public Exception Cause { get; }

    /// <inheritdoc/>
    public bool Equals(ReplayMessagesFailure other) => other is not null && Equals(Cause, other.Cause);

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as ReplayMessagesFailure);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cause);

    /// <inheritdoc/>
    public override string ToString() => $"ReplayMessagesFailure<cause: {Cause}>";
}

/// <summary>Events were deleted, up to the sequence number.</summary>
public sealed class DeleteMessagesSuccess : IEquatable<DeleteMessagesSuccess>
{
    /// <summary>An answer to a replay or a deletion.</summary>
    public DeleteMessagesSuccess(long toSequenceNr)
    {
        ToSequenceNr = toSequenceNr;
    }

    /// <summary>The last number meant, that one included.</summary>
    public long ToSequenceNr { get; }

    /// <inheritdoc/>
    public bool Equals(DeleteMessagesSuccess other) => other is not null && ToSequenceNr == other.ToSequenceNr;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as DeleteMessagesSuccess);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ToSequenceNr);

    /// <inheritdoc/>
    public override string ToString() => $"DeleteMessagesSuccess<toSequenceNr: {ToSequenceNr}>";
}

/// <summary>Events could not be deleted.</summary>
public sealed class DeleteMessagesFailure : INoSerializationVerificationNeeded, IEquatable<DeleteMessagesFailure>
{
    /// <summary>An answer to a replay or a deletion.</summary>
    public DeleteMessagesFailure(Exception cause, long toSequenceNr)
    {
        Cause = cause;
        ToSequenceNr = toSequenceNr;
    }

    /// <summary>What went wrong.</summary>
    public Exception Cause { get; }

    /// <summary>The last number meant, that one included.</summary>
    public long ToSequenceNr { get; }

    /// <inheritdoc/>
    public bool Equals(DeleteMessagesFailure other) => other is not null && Equals(Cause, other.Cause) && ToSequenceNr == other.ToSequenceNr;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as DeleteMessagesFailure);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cause, ToSequenceNr);

    /// <inheritdoc/>
    public override string ToString() => $"DeleteMessagesFailure<cause: {Cause}, toSequenceNr: {ToSequenceNr}>";
}
