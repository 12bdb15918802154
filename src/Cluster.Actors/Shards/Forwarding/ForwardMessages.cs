namespace Cluster.Actors.Shards;

/// <summary>
/// A client's batch on its way to the node that the sender takes for the leader. Batches of one (node, shard) form streams:
/// numbers start at 1 and have no gaps, and the receiver accepts number n only directly after n−1 of the same stream, only while it leads
/// in exactly the named term, and nothing more of a stream of which it refused a number. So whatever is refused, and all
/// behind it, was definitely not appended and may be sent again in order, in a new stream.
/// </summary>
public sealed class ForwardRequest(long stream, long number, long term, CommandBatch batch) : ShardMessage
{
    /// <summary>Grows with each new stream, also over restarts of the sender: a late copy of an old stream is recognised.</summary>
    public long Stream { get; } = stream;

    public long Number { get; } = number;

    /// <summary>The term of the leader that the sender believes in; 0 asks who leads and is always refused.</summary>
    public long Term { get; } = term;

    /// <summary>
    /// True for a request without commands: everything below its number should have arrived. It takes no number itself, is answered
    /// only if something is missing, and so ends the wait for a message that was lost.
    /// </summary>
    public bool IsCheck => Batch.Count == 0;

    /// <summary>Sending side: retained, so that the link can still read the arguments. Receiving side: a rented batch without owner.</summary>
    public CommandBatch Batch { get; } = batch;

    public override void Release() => Batch.Release();
}

/// <summary>Append only: travels between nodes.</summary>
public enum ForwardOutcome : byte
{
    /// <summary>Every command has its reply.</summary>
    Answered = 1,

    /// <summary>Not the leader in the named term, or a number is missing: nothing from <see cref="ForwardReply.Number"/> on was or will be appended.</summary>
    Refused = 2,

    /// <summary>The stream or its term is older than what the receiver remembers: nothing can be said about its batches.</summary>
    Stale = 3,

    /// <summary>
    /// As Refused, by a leader that hands its leadership over: nothing is accepted until another leads or this one says, by a plain refusal, that it
    /// goes on. Sent as well to whoever has a stream when the hand-over begins, so that nothing is under way to nowhere when the next leader is known.
    /// </summary>
    Moving = 4,
}

/// <summary>The answer to one <see cref="ForwardRequest"/>, or the refusal of it and all behind it.</summary>
public sealed class ForwardReply(long stream, long number, ForwardOutcome outcome, long term, Guid leader, CommandBatch? batch, ReadOnlyMemory<byte> replies) : ShardMessage
{
    public long Stream { get; } = stream;

    public long Number { get; } = number;

    public ForwardOutcome Outcome { get; } = outcome;

    /// <summary>The newest term that the receiver knows, and its leader (empty: unknown).</summary>
    public long Term { get; } = term;

    public Guid Leader { get; } = leader;

    /// <summary>Sending side of an answer: the batch with the replies; the link calls <see cref="CommandBatch.WriteReplies"/>.</summary>
    public CommandBatch? Batch { get; } = batch;

    /// <summary>Receiving side of an answer: what <see cref="CommandBatch.WriteReplies"/> wrote, for <see cref="CommandBatch.ReadReplies"/>.</summary>
    public ReadOnlyMemory<byte> Replies { get; } = replies;

    public override void Release() => Batch?.Release();
}
