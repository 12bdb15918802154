using System;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>A stored event.</summary>
public sealed class ReplayedMessage : IJournalResponse, IDeadLetterSuppression, IEquatable<ReplayedMessage>
{
    public ReplayedMessage(IPersistentRepresentation persistent)
    {
        Persistent = persistent;
    }

    public IPersistentRepresentation Persistent { get; }

    public bool Equals(ReplayedMessage other) => other is not null && Equals(Persistent, other.Persistent);

    public override bool Equals(object obj) => Equals(obj as ReplayedMessage);

    public override int GetHashCode() => HashCode.Combine(Persistent);

    public override string ToString() => $"ReplayedMessage<persistent: {Persistent}>";
}

/// <summary>The end of a replay, with the highest sequence number ever stored.</summary>
public sealed class RecoverySuccess : IJournalResponse, IDeadLetterSuppression, IEquatable<RecoverySuccess>
{
    public RecoverySuccess(long highestSequenceNr)
    {
        HighestSequenceNr = highestSequenceNr;
    }

    public long HighestSequenceNr { get; }

    public bool Equals(RecoverySuccess other) => other is not null && HighestSequenceNr == other.HighestSequenceNr;

    public override bool Equals(object obj) => Equals(obj as RecoverySuccess);

    public override int GetHashCode() => HashCode.Combine(HighestSequenceNr);

    public override string ToString() => $"RecoverySuccess<highestSequenceNr: {HighestSequenceNr}>";
}

/// <summary>A replay failed.</summary>
public sealed class ReplayMessagesFailure : IJournalResponse, IDeadLetterSuppression, IEquatable<ReplayMessagesFailure>
{
    public ReplayMessagesFailure(Exception cause)
    {
        Cause = cause;
    }

    public Exception Cause { get; }

    public bool Equals(ReplayMessagesFailure other) => other is not null && Equals(Cause, other.Cause);

    public override bool Equals(object obj) => Equals(obj as ReplayMessagesFailure);

    public override int GetHashCode() => HashCode.Combine(Cause);

    public override string ToString() => $"ReplayMessagesFailure<cause: {Cause}>";
}

/// <summary>Events were deleted, up to the sequence number.</summary>
public sealed class DeleteMessagesSuccess : IEquatable<DeleteMessagesSuccess>
{
    public DeleteMessagesSuccess(long toSequenceNr)
    {
        ToSequenceNr = toSequenceNr;
    }

    public long ToSequenceNr { get; }

    public bool Equals(DeleteMessagesSuccess other) => other is not null && ToSequenceNr == other.ToSequenceNr;

    public override bool Equals(object obj) => Equals(obj as DeleteMessagesSuccess);

    public override int GetHashCode() => HashCode.Combine(ToSequenceNr);

    public override string ToString() => $"DeleteMessagesSuccess<toSequenceNr: {ToSequenceNr}>";
}

/// <summary>Events could not be deleted.</summary>
public sealed class DeleteMessagesFailure : INoSerializationVerificationNeeded, IEquatable<DeleteMessagesFailure>
{
    public DeleteMessagesFailure(Exception cause, long toSequenceNr)
    {
        Cause = cause;
        ToSequenceNr = toSequenceNr;
    }

    public Exception Cause { get; }

    public long ToSequenceNr { get; }

    public bool Equals(DeleteMessagesFailure other) => other is not null && Equals(Cause, other.Cause) && ToSequenceNr == other.ToSequenceNr;

    public override bool Equals(object obj) => Equals(obj as DeleteMessagesFailure);

    public override int GetHashCode() => HashCode.Combine(Cause, ToSequenceNr);

    public override string ToString() => $"DeleteMessagesFailure<cause: {Cause}, toSequenceNr: {ToSequenceNr}>";
}
