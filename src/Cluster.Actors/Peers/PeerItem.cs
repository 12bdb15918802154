using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Actors.Wire;
using Cluster.Storage;

namespace Cluster.Actors.Peers;

/// <summary>What an item of a peer frame is. On the wire: append only.</summary>
public enum PeerItemKind : byte
{
    Pull = 1,
    PullAnswer = 2,
    Ack = 3,
    VoteRequest = 4,
    VoteReply = 5,
    LeaderNotice = 6,
    ForwardRequest = 7,
    ForwardReply = 8,
    ReplicaStatus = 9,
    TimeoutNow = 10,
    SnapshotRequest = 16,
    SnapshotAnswer = 17,

    /// <summary>Between the links themselves: for all shards that are parked on both nodes.</summary>
    NodeHeartbeat = 20,

    /// <summary>A piece of an item that is too large for one frame: u8 kind, i32 bytes of the whole, i32 offset, bytes.</summary>
    Part = 255,
}

/// <summary>The bytes of one message between shards (docs/formats/peer-frame.md). Fields in the order of the core's declarations.</summary>
internal static class PeerItem
{
    /// <summary>An item up to this size goes whole. An answer's record bytes stay below it (1 MiB, and its fields).</summary>
    public const int WholeBytesMax = 1100 * 1024;

    public const int PartBytesMax = 512 * 1024;

    public const int PartHeaderBytes = 1 + 4 + 4;

    /// <summary>The largest item: a forwarded value of 64 MiB, or a record of 128 MiB, with its fields.</summary>
    public const int BytesMax = 130 << 20;

    /// <summary>Room for the fixed fields of any item.</summary>
    private const int FieldBytesMax = 256;

    /// <summary>What a message will about take on the wire; never less than its variable parts.</summary>
    public static int BytesOf(ShardMessage message) => FieldBytesMax + message switch
    {
        PullAnswerMessage answer => (answer.Bytes?.Length ?? 0) + ((answer.Answer.TermStarts?.Length ?? 0) + (answer.Answer.Timeline?.Length ?? 0)) * 16,
        ForwardRequest request => request.Batch.EncodedCommandsBytes,
        ForwardReply reply => reply.Batch?.EncodedRepliesBytes ?? 0,
        SnapshotAnswer answer => answer.Chunk?.Length ?? 0,
        _ => 0,
    };

    public static PeerItemKind Write(ShardMessage message, WireWriter to)
    {
        switch (message)
        {
            case PullMessage pull:
                Write(pull.Pull, to);
                return PeerItemKind.Pull;
            case PullAnswerMessage answer:
                Write(answer, to);
                return PeerItemKind.PullAnswer;
            case AckMessage ack:
                Write(ack.Ack, to);
                return PeerItemKind.Ack;
            case VoteRequestMessage request:
                Write(request.Request, to);
                return PeerItemKind.VoteRequest;
            case VoteReplyMessage reply:
                Write(reply.Reply, to);
                return PeerItemKind.VoteReply;
            case LeaderNoticeMessage notice:
                to.I64(notice.Notice.Term.Value);
                to.I64(notice.Notice.SentAt);
                to.Bool(notice.Notice.Resigned);
                return PeerItemKind.LeaderNotice;
            case TimeoutNowMessage order:
                to.I64(order.Order.Term.Value);
                return PeerItemKind.TimeoutNow;
            case ForwardRequest request:
                Write(request, to);
                return PeerItemKind.ForwardRequest;
            case ForwardReply reply:
                Write(reply, to);
                return PeerItemKind.ForwardReply;
            case ReplicaStatusMessage status:
                to.U8((byte)status.State);
                to.I64(status.Applied);
                to.I64(status.Durable);
                to.I64(status.ApplyErrors);
                to.I64(status.Divergences);
                return PeerItemKind.ReplicaStatus;
            case SnapshotRequest request:
                SnapshotItems.Write(request, to);
                return PeerItemKind.SnapshotRequest;
            case SnapshotAnswer answer:
                SnapshotItems.Write(answer, to);
                return PeerItemKind.SnapshotAnswer;
            default:
                throw new ArgumentException($"{message.GetType()} does not travel between nodes");
        }
    }

    /// <summary>Throws <see cref="WireFormatException"/>, also for a kind that this version does not know.</summary>
    public static ShardMessage Read(PeerItemKind kind, ReadOnlyMemory<byte> body)
    {
        var from = new WireReader(body);
        ShardMessage message = kind switch
        {
            PeerItemKind.Pull => ReadPull(ref from),
            PeerItemKind.PullAnswer => ReadPullAnswer(ref from),
            PeerItemKind.Ack => ReadAck(ref from),
            PeerItemKind.VoteRequest => ReadVoteRequest(ref from),
            PeerItemKind.VoteReply => ReadVoteReply(ref from),
            PeerItemKind.LeaderNotice => new LeaderNoticeMessage(new LeaderNotice { Term = new Term(from.I64()), SentAt = from.I64(), Resigned = from.Bool() }),
            PeerItemKind.TimeoutNow => new TimeoutNowMessage(new TimeoutNow { Term = new Term(from.I64()) }),
            PeerItemKind.ForwardRequest => ReadForwardRequest(ref from),
            PeerItemKind.ForwardReply => ReadForwardReply(ref from),
            PeerItemKind.ReplicaStatus => new ReplicaStatusMessage(ReadState(ref from), from.I64(), from.I64(), from.I64(), from.I64()),
            PeerItemKind.SnapshotRequest => SnapshotItems.ReadRequest(ref from),
            PeerItemKind.SnapshotAnswer => SnapshotItems.ReadAnswer(ref from),
            _ => throw new WireFormatException($"unknown item kind {(byte)kind}"),
        };
        from.End();
        return message;
    }

    private static ShardState ReadState(ref WireReader from) =>
        from.U8() is var state && state <= (byte)ShardState.Stopping ? (ShardState)state : throw new WireFormatException($"unknown replica state {state}");

    private static void Write(in Pull pull, WireWriter to)
    {
        to.I64(pull.Number);
        to.I64(pull.Term.Value);
        to.I64(pull.Incarnation);
        to.I64(pull.After.Value);
        to.I64(pull.AfterTerm.Value);
        to.I32(pull.MaxBytes);
        to.I64(pull.WaitMicros);
        to.I64(pull.Applied.Value);
        to.I64(pull.Durable.Value);
        to.I64(pull.DurableTerm.Value);
        to.I64(pull.Echo);
        to.I32(pull.PartOffset);
        to.I64(pull.PartTerm.Value);
    }

    private static PullMessage ReadPull(ref WireReader from) => new(new Pull
    {
        Number = from.I64(),
        Term = new Term(from.I64()),
        Incarnation = from.I64(),
        After = new Lsn(from.I64()),
        AfterTerm = new Term(from.I64()),
        MaxBytes = from.I32(),
        WaitMicros = from.I64(),
        Applied = new Lsn(from.I64()),
        Durable = new Lsn(from.I64()),
        DurableTerm = new Term(from.I64()),
        Echo = from.I64(),
        PartOffset = from.I32(),
        PartTerm = new Term(from.I64()),
    });

    private static void Write(PullAnswerMessage message, WireWriter to)
    {
        var answer = message.Answer;
        to.I64(answer.Number);
        to.I64(answer.Term.Value);
        to.U8((byte)answer.Outcome);
        to.I64(answer.After.Value);
        to.I64(answer.Last.Value);
        Write(answer.TermStarts, to);
        to.I64(answer.Commit.Value);
        to.I64(answer.Oldest.Value);
        to.I64(answer.SentAt);
        to.I32(answer.PartOffset);
        to.I32(answer.PartLength);
        to.I32(answer.PartTotal);
        to.I64(answer.PartTerm.Value);
        Write(answer.Timeline, to);
        to.I64(answer.Head.Value);
        Write(answer.LeaderHint, to);
        to.I64(answer.DigestLsn.Value);
        to.U64(answer.Digest);
        to.I64(answer.Incarnation);
        int bytes = message.Bytes?.Length ?? 0;
        to.I32(bytes);
        if (bytes == 0) return;
        message.Bytes!.CopyTo(to.GetSpan(bytes)[..bytes]);
        to.Advance(bytes);
    }

    private static PullAnswerMessage ReadPullAnswer(ref WireReader from)
    {
        var answer = new PullAnswer
        {
            Number = from.I64(),
            Term = new Term(from.I64()),
            Outcome = (PullOutcome)from.U8(),
            After = new Lsn(from.I64()),
            Last = new Lsn(from.I64()),
            TermStarts = ReadTerms(ref from),
            Commit = new Lsn(from.I64()),
            Oldest = new Lsn(from.I64()),
            SentAt = from.I64(),
            PartOffset = from.I32(),
            PartLength = from.I32(),
            PartTotal = from.I32(),
            PartTerm = new Term(from.I64()),
            Timeline = ReadTerms(ref from),
            Head = new Lsn(from.I64()),
            LeaderHint = ReadNode(ref from),
            DigestLsn = new Lsn(from.I64()),
            Digest = from.U64(),
            Incarnation = from.I64(),
        };
        if (answer.Outcome > PullOutcome.NotRegistered) throw new WireFormatException($"unknown pull outcome {(byte)answer.Outcome}");
        var bytes = from.Bytes();
        return new PullAnswerMessage(answer, bytes.IsEmpty ? null : new ReceivedBytes(bytes));
    }

    private static void Write(in Ack ack, WireWriter to)
    {
        to.I64(ack.Term.Value);
        to.I64(ack.Incarnation);
        to.I64(ack.Durable.Value);
        to.I64(ack.DurableTerm.Value);
        to.I64(ack.Applied.Value);
        to.I64(ack.Echo);
    }

    private static AckMessage ReadAck(ref WireReader from) => new(new Ack
    {
        Term = new Term(from.I64()),
        Incarnation = from.I64(),
        Durable = new Lsn(from.I64()),
        DurableTerm = new Term(from.I64()),
        Applied = new Lsn(from.I64()),
        Echo = from.I64(),
    });

    private static void Write(in VoteRequest request, WireWriter to)
    {
        to.Bool(request.PreVote);
        to.I64(request.Term.Value);
        to.I64(request.Incarnation);
        to.I64(request.LastLsn.Value);
        to.I64(request.LastTerm.Value);
        to.I64(request.Round);
        to.I64(request.TransferFrom.Value);
    }

    private static VoteRequestMessage ReadVoteRequest(ref WireReader from) => new(new VoteRequest
    {
        PreVote = from.Bool(),
        Term = new Term(from.I64()),
        Incarnation = from.I64(),
        LastLsn = new Lsn(from.I64()),
        LastTerm = new Term(from.I64()),
        Round = from.I64(),
        TransferFrom = new Term(from.I64()),
    });

    private static void Write(in VoteReply reply, WireWriter to)
    {
        to.Bool(reply.PreVote);
        to.I64(reply.Term.Value);
        to.I64(reply.Incarnation);
        to.I64(reply.Round);
        to.Bool(reply.Granted);
        to.Bool(reply.Doubtful);
    }

    private static VoteReplyMessage ReadVoteReply(ref WireReader from) => new(new VoteReply
    {
        PreVote = from.Bool(),
        Term = new Term(from.I64()),
        Incarnation = from.I64(),
        Round = from.I64(),
        Granted = from.Bool(),
        Doubtful = from.Bool(),
    });

    private static void Write(ForwardRequest request, WireWriter to)
    {
        to.I64(request.Stream);
        to.I64(request.Number);
        to.I64(request.Term);
        int bytes = request.Batch.EncodedCommandsBytes;
        request.Batch.WriteCommands(to.GetSpan(bytes)[..bytes]);
        to.Advance(bytes);
    }

    private static ForwardRequest ReadForwardRequest(ref WireReader from)
    {
        long stream = from.I64();
        long number = from.I64();
        long term = from.I64();
        var batch = CommandBatch.Rent();
        try
        {
            batch.ReadCommands(from.Raw(from.Remaining).Span);
            return new ForwardRequest(stream, number, term, batch);
        }
        catch (CommandFormatException damaged)
        {
            batch.Release();
            throw new WireFormatException(damaged.Message);
        }
    }

    private static void Write(ForwardReply reply, WireWriter to)
    {
        to.I64(reply.Stream);
        to.I64(reply.Number);
        to.U8((byte)reply.Outcome);
        to.I64(reply.Term);
        to.Guid(reply.Leader);
        if (reply.Batch is not { } batch) return;
        int bytes = batch.EncodedRepliesBytes;
        batch.WriteReplies(to.GetSpan(bytes)[..bytes]);
        to.Advance(bytes);
    }

    private static ForwardReply ReadForwardReply(ref WireReader from) => new(
        from.I64(), from.I64(), (ForwardOutcome)from.U8(), from.I64(), from.Guid(), null, from.Raw(from.Remaining));

    private static void Write(TermStart[]? starts, WireWriter to)
    {
        to.I32(starts?.Length ?? 0);
        if (starts is null) return;
        foreach (var start in starts)
        {
            to.I64(start.Term.Value);
            to.I64(start.First.Value);
        }
    }

    private static TermStart[]? ReadTerms(ref WireReader from)
    {
        int count = from.Count(16);
        if (count == 0) return null;
        var starts = new TermStart[count];
        for (int i = 0; i < count; i++) starts[i] = new TermStart(new Term(from.I64()), new Lsn(from.I64()));
        return starts;
    }

    private static void Write(Guid? node, WireWriter to) => to.Guid(node ?? Guid.Empty);

    private static Guid? ReadNode(ref WireReader from)
    {
        var node = from.Guid();
        return node == Guid.Empty ? null : node;
    }
}
