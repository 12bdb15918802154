using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

// The core's messages in transit. The bytes of a pull answer's records, or of one part of a record, travel beside it.

public sealed class PullMessage(in Pull pull) : ShardMessage
{
    public readonly Pull Pull = pull;
}

public sealed class PullAnswerMessage(in PullAnswer answer, RecordBytes? records) : ShardMessage
{
    public readonly PullAnswer Answer = answer;

    /// <summary>Whole records After+1 … Last back to back, or PartLength bytes of one; null if there are none.</summary>
    public RecordBytes? Records { get; } = records;

    public override void Release() => Records?.Release();
}

public sealed class AckMessage(in Ack ack) : ShardMessage
{
    public readonly Ack Ack = ack;
}

public sealed class VoteRequestMessage(in VoteRequest request) : ShardMessage
{
    public readonly VoteRequest Request = request;
}

public sealed class VoteReplyMessage(in VoteReply reply) : ShardMessage
{
    public readonly VoteReply Reply = reply;
}

public sealed class LeaderNoticeMessage(in LeaderNotice notice) : ShardMessage
{
    public readonly LeaderNotice Notice = notice;
}
