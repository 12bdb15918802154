using Akka.Event;

namespace Cluster.Actors.Shards;

// Messages of a shard's actor to itself. Never leave the process. One that comes too late for a stopped actor is no news.

/// <summary>Batches wait in the queue.</summary>
internal sealed class Wake : IDeadLetterSuppression
{
    public static readonly Wake Instance = new();
}

/// <summary>The ticker's turn.</summary>
internal sealed class ShardTick : IDeadLetterSuppression
{
    public static readonly ShardTick Instance = new();
}

/// <summary>A tick that came late, once more behind all that has gathered meanwhile.</summary>
internal sealed class LateTick : IDeadLetterSuppression
{
    public static readonly LateTick Instance = new();
}

/// <summary>The log is durable further on.</summary>
internal sealed class FlushMoved : IDeadLetterSuppression
{
    public static readonly FlushMoved Instance = new();
}

/// <summary>A merge has places of values for the directory, which only the shard's actor changes.</summary>
internal sealed class StoreWork : IDeadLetterSuppression
{
    public static readonly StoreWork Instance = new();
}

/// <summary>Forwarded batches were appended: tell the core and wake the writer, once for all that were in the mailbox.</summary>
internal sealed class EndBurst : IDeadLetterSuppression
{
    public static readonly EndBurst Instance = new();
}

internal sealed record FlushFailed(Exception Cause) : IDeadLetterSuppression;

/// <summary>The disk is full, or (null) no longer.</summary>
internal sealed record FlushStalled(Exception? Cause) : IDeadLetterSuppression;

internal sealed record StateSaved(Core.ReplicaState State, Exception? Error) : IDeadLetterSuppression;

internal sealed record CutFinished(Exception? Error) : IDeadLetterSuppression;

internal sealed record DivergenceMarked(Exception? Error) : IDeadLetterSuppression;
