using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

/// <summary>The core's messages on their way between two nodes: the core's plain values, here with an identity of their own.</summary>
public sealed class PullMessage(in Pull pull) : ShardMessage
{
    public Pull Pull { get; } = pull;
}

/// <summary>The answer to a pull; <see cref="Bytes"/> are the encoded records that it announces, null if it carries none.</summary>
public sealed class PullAnswerMessage(in PullAnswer answer, RecordBytes? bytes) : ShardMessage
{
    public PullAnswer Answer { get; } = answer;

    public RecordBytes? Bytes { get; } = bytes;

    public override void Release() => Bytes?.Release();
}

public sealed class AckMessage(in Ack ack) : ShardMessage
{
    public Ack Ack { get; } = ack;
}

public sealed class VoteRequestMessage(in VoteRequest request) : ShardMessage
{
    public VoteRequest Request { get; } = request;
}

public sealed class VoteReplyMessage(in VoteReply reply) : ShardMessage
{
    public VoteReply Reply { get; } = reply;
}

public sealed class LeaderNoticeMessage(in LeaderNotice notice) : ShardMessage
{
    public LeaderNotice Notice { get; } = notice;
}

public sealed class TimeoutNowMessage(in TimeoutNow order) : ShardMessage
{
    public TimeoutNow Order { get; } = order;
}

/// <summary>A replica tells the others of its shard how it is, for the topology that operators see. Nothing is decided by it.</summary>
public sealed class ReplicaStatusMessage(ShardState state, long applied, long durable, long applyErrors, long divergences) : ShardMessage
{
    public ShardState State { get; } = state;

    public long Applied { get; } = applied;

    public long Durable { get; } = durable;

    public long ApplyErrors { get; } = applyErrors;

    public long Divergences { get; } = divergences;
}
