using System;

namespace Akka.Persistence;

/// <summary>A batch was stored; an answer for each of its entries follows.</summary>
public sealed class WriteMessagesSuccessful : IJournalResponse
{
    private WriteMessagesSuccessful()
    {
    }

    public static WriteMessagesSuccessful Instance { get; } = new();
}

/// <summary>A batch may or may not have been stored; an answer for each of its entries follows.</summary>
public sealed class WriteMessagesFailed : IJournalResponse, IEquatable<WriteMessagesFailed>
{
    public WriteMessagesFailed(Exception cause, int writeCount)
    {
        Cause = cause;
        WriteCount = writeCount;
    }

    public Exception Cause { get; }

    public int WriteCount { get; }

    public bool Equals(WriteMessagesFailed other) => other is not null && Equals(Cause, other.Cause) && WriteCount == other.WriteCount;

    public override bool Equals(object obj) => Equals(obj as WriteMessagesFailed);

    public override int GetHashCode() => HashCode.Combine(Cause, WriteCount);

    public override string ToString() => $"WriteMessagesFailed<cause: {Cause}, writeCount: {WriteCount}>";
}

/// <summary>An event is stored.</summary>
public sealed class WriteMessageSuccess : IJournalResponse, IEquatable<WriteMessageSuccess>
{
    public WriteMessageSuccess(IPersistentRepresentation persistent, int actorInstanceId)
    {
        Persistent = persistent;
        ActorInstanceId = actorInstanceId;
    }

    public IPersistentRepresentation Persistent { get; }

    public int ActorInstanceId { get; }

    public bool Equals(WriteMessageSuccess other) => other is not null && Equals(Persistent, other.Persistent) && ActorInstanceId == other.ActorInstanceId;

    public override bool Equals(object obj) => Equals(obj as WriteMessageSuccess);

    public override int GetHashCode() => HashCode.Combine(Persistent, ActorInstanceId);

    public override string ToString() => $"WriteMessageSuccess<persistent: {Persistent}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>An event was refused and is certainly not stored.</summary>
public sealed class WriteMessageRejected : IJournalResponse, IEquatable<WriteMessageRejected>
{
    public WriteMessageRejected(IPersistentRepresentation persistent, Exception cause, int actorInstanceId)
    {
        Persistent = persistent;
        Cause = cause;
        ActorInstanceId = actorInstanceId;
    }

    public IPersistentRepresentation Persistent { get; }

    public Exception Cause { get; }

    public int ActorInstanceId { get; }

    public bool Equals(WriteMessageRejected other) => other is not null && Equals(Persistent, other.Persistent) && Equals(Cause, other.Cause) && ActorInstanceId == other.ActorInstanceId;

    public override bool Equals(object obj) => Equals(obj as WriteMessageRejected);

    public override int GetHashCode() => HashCode.Combine(Persistent, Cause, ActorInstanceId);

    public override string ToString() => $"WriteMessageRejected<persistent: {Persistent}, cause: {Cause}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>Storing an event failed; whether it is stored is unknown.</summary>
public sealed class WriteMessageFailure : IJournalResponse, IEquatable<WriteMessageFailure>
{
    public WriteMessageFailure(IPersistentRepresentation persistent, Exception cause, int actorInstanceId)
    {
        Persistent = persistent;
        Cause = cause;
        ActorInstanceId = actorInstanceId;
    }

    public IPersistentRepresentation Persistent { get; }

    public Exception Cause { get; }

    public int ActorInstanceId { get; }

    public bool Equals(WriteMessageFailure other) => other is not null && Equals(Persistent, other.Persistent) && Equals(Cause, other.Cause) && ActorInstanceId == other.ActorInstanceId;

    public override bool Equals(object obj) => Equals(obj as WriteMessageFailure);

    public override int GetHashCode() => HashCode.Combine(Persistent, Cause, ActorInstanceId);

    public override string ToString() => $"WriteMessageFailure<persistent: {Persistent}, cause: {Cause}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>The turn of something that was not to be stored, in the order of the writes around it.</summary>
public sealed class LoopMessageSuccess : IJournalResponse, IEquatable<LoopMessageSuccess>
{
    public LoopMessageSuccess(object message, int actorInstanceId)
    {
        Message = message;
        ActorInstanceId = actorInstanceId;
    }

    public object Message { get; }

    public int ActorInstanceId { get; }

    public bool Equals(LoopMessageSuccess other) => other is not null && Equals(Message, other.Message) && ActorInstanceId == other.ActorInstanceId;

    public override bool Equals(object obj) => Equals(obj as LoopMessageSuccess);

    public override int GetHashCode() => HashCode.Combine(Message, ActorInstanceId);

    public override string ToString() => $"LoopMessageSuccess<message: {Message}, actorInstanceId: {ActorInstanceId}>";
}
