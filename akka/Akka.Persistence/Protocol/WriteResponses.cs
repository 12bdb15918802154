using System;

namespace Akka.Persistence;

/// <summary>A batch was stored; an answer for each of its entries follows.</summary>
public sealed class WriteMessagesSuccessful : IJournalResponse
{
    private WriteMessagesSuccessful()
    {
    }

    /// <summary>The only one.</summary>
    public static WriteMessagesSuccessful Instance { get; } = new();
}

/// <summary>A batch may or may not have been stored; an answer for each of its entries follows.</summary>
public sealed class WriteMessagesFailed : IJournalResponse, IEquatable<WriteMessagesFailed>
{
    /// <summary>An answer to a write.</summary>
    public WriteMessagesFailed(Exception cause, int writeCount)
    {
        Cause = cause;
        WriteCount = writeCount;
    }

    /// <summary>What went wrong.</summary>
    public Exception Cause { get; }

    /// <summary>Number of atomic writes.</summary>
    public int WriteCount { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessagesFailed other) => other is not null && Equals(Cause, other.Cause) && WriteCount == other.WriteCount;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as WriteMessagesFailed);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cause, WriteCount);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessagesFailed<cause: {Cause}, writeCount: {WriteCount}>";
}

/// <summary>An event is stored.</summary>
public sealed class WriteMessageSuccess : IJournalResponse, IEquatable<WriteMessageSuccess>
{
    /// <summary>An answer to a write.</summary>
    public WriteMessageSuccess(IPersistentRepresentation persistent, int actorInstanceId)
    {
        Persistent = persistent;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>The event, with its place in the history.</summary>
    public IPersistentRepresentation Persistent { get; }

    /// <summary>Of the incarnation that asked; answers to an earlier one are ignored.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessageSuccess other) => other is not null && Equals(Persistent, other.Persistent) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as WriteMessageSuccess);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Persistent, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessageSuccess<persistent: {Persistent}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>An event was refused and is certainly not stored.</summary>
public sealed class WriteMessageRejected : IJournalResponse, IEquatable<WriteMessageRejected>
{
    /// <summary>An answer to a write.</summary>
    public WriteMessageRejected(IPersistentRepresentation persistent, Exception cause, int actorInstanceId)
    {
        Persistent = persistent;
        Cause = cause;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>The event, with its place in the history.</summary>
    public IPersistentRepresentation Persistent { get; }

    /// <summary>What went wrong.</summary>
    public Exception Cause { get; }

    /// <summary>Of the incarnation that asked; answers to an earlier one are ignored.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessageRejected other) => other is not null && Equals(Persistent, other.Persistent) && Equals(Cause, other.Cause) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as WriteMessageRejected);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Persistent, Cause, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessageRejected<persistent: {Persistent}, cause: {Cause}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>Storing an event failed; whether it is stored is unknown.</summary>
public sealed class WriteMessageFailure : IJournalResponse, IEquatable<WriteMessageFailure>
{
    /// <summary>An answer to a write.</summary>
    public WriteMessageFailure(IPersistentRepresentation persistent, Exception cause, int actorInstanceId)
    {
        Persistent = persistent;
        Cause = cause;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>The event, with its place in the history.</summary>
    public IPersistentRepresentation Persistent { get; }

    /// <summary>What went wrong.</summary>
    public Exception Cause { get; }

    /// <summary>Of the incarnation that asked; answers to an earlier one are ignored.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessageFailure other) => other is not null && Equals(Persistent, other.Persistent) && Equals(Cause, other.Cause) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as WriteMessageFailure);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Persistent, Cause, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessageFailure<persistent: {Persistent}, cause: {Cause}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>The turn of something that was not to be stored, in the order of the writes around it.</summary>
public sealed class LoopMessageSuccess : IJournalResponse, IEquatable<LoopMessageSuccess>
{
    /// <summary>An answer to a write.</summary>
    public LoopMessageSuccess(object message, int actorInstanceId)
    {
        Message = message;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>What took its turn.</summary>
    public object Message { get; }

    /// <summary>Of the incarnation that asked; answers to an earlier one are ignored.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(LoopMessageSuccess other) => other is not null && Equals(Message, other.Message) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object obj) => Equals(obj as LoopMessageSuccess);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Message, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"LoopMessageSuccess<message: {Message}, actorInstanceId: {ActorInstanceId}>";
}
