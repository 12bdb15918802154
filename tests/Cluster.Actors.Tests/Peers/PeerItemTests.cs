using Cluster.Actors.Peers;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Actors.Wire;
using Cluster.Storage;
using Xunit;

namespace Cluster.Actors.Tests.Peers;

public sealed class PeerItemTests
{
    [Fact]
    public void Every_field_of_every_message_survives_the_wire()
    {
        foreach (var message in Samples(new Random(1)))
        {
            var (kind, bytes) = Encode(message);
            var back = PeerItem.Read(kind, bytes);
            Assert.Equal(message.GetType(), back.GetType());
            var (kindAgain, bytesAgain) = Encode(back);
            Assert.Equal(kind, kindAgain);
            // A forwarded reply is written from its batch and read as bytes, so only its fields can be compared.
            if (message is not ForwardReply) Assert.Equal(bytes, bytesAgain);
            switch (message, back)
            {
                case (PullMessage a, PullMessage b): Assert.Equal(a.Pull, b.Pull); break;
                case (AckMessage a, AckMessage b): Assert.Equal(a.Ack, b.Ack); break;
                case (VoteRequestMessage a, VoteRequestMessage b): Assert.Equal(a.Request, b.Request); break;
                case (VoteReplyMessage a, VoteReplyMessage b): Assert.Equal(a.Reply, b.Reply); break;
                case (ReplicaStatusMessage a, ReplicaStatusMessage b): Assert.Equal((a.State, a.Applied, a.Durable), (b.State, b.Applied, b.Durable)); break;
                case (SnapshotRequest a, SnapshotRequest b):
                    Assert.Equal((a.Stream, a.Snapshot, a.Position, a.ReceivedBytes, a.Commit), (b.Stream, b.Snapshot, b.Position, b.ReceivedBytes, b.Commit));
                    break;
                case (SnapshotAnswer a, SnapshotAnswer b):
                    Assert.Equal((a.Stream, a.Outcome, a.Chunk?.Length), (b.Stream, b.Outcome, b.Chunk?.Length));
                    break;
                case (LeaderNoticeMessage a, LeaderNoticeMessage b): Assert.Equal(a.Notice, b.Notice); break;
                case (PullAnswerMessage a, PullAnswerMessage b):
                    Assert.Equal(a.Answer.TermStarts, b.Answer.TermStarts);
                    Assert.Equal(a.Answer.Timeline, b.Answer.Timeline);
                    Assert.Equal(a.Answer with { TermStarts = null, Timeline = null }, b.Answer with { TermStarts = null, Timeline = null });
                    Assert.Equal(((ReceivedBytes)a.Bytes!).Bytes.ToArray(), ((ReceivedBytes)b.Bytes!).Bytes.ToArray());
                    break;
                case (ForwardReply a, ForwardReply b):
                    Assert.Equal((a.Stream, a.Number, a.Outcome, a.Term, a.Leader), (b.Stream, b.Number, b.Outcome, b.Term, b.Leader));
                    break;
            }

            message.Release();
            back.Release();
        }
    }

    internal static (PeerItemKind Kind, byte[] Bytes) Encode(ShardMessage message)
    {
        using var writer = new WireWriter(16);
        var kind = PeerItem.Write(message, writer);
        Assert.True(writer.Length <= PeerItem.BytesOf(message), $"{kind} takes {writer.Length}, {PeerItem.BytesOf(message)} were foreseen");
        return (kind, writer.ToArray());
    }

    internal static IEnumerable<ShardMessage> Samples(Random random)
    {
        long Number() => random.NextInt64(1, long.MaxValue);
        Lsn Position() => new(Number());
        Term Epoch() => new(Number());
        var starts = new[] { new TermStart(Epoch(), Position()), new TermStart(Epoch(), Position()) };
        var records = new byte[random.Next(1, 300)];
        random.NextBytes(records);
        yield return new PullMessage(new Pull
        {
            Number = Number(), Term = Epoch(), Incarnation = Number(), After = Position(), AfterTerm = Epoch(), MaxBytes = random.Next(), WaitMicros = Number(),
            Applied = Position(), Durable = Position(), DurableTerm = Epoch(), Echo = Number(), PartOffset = random.Next(), PartTerm = Epoch(),
        });
        yield return new PullAnswerMessage(
            new PullAnswer
            {
                Number = Number(), Term = Epoch(), Outcome = PullOutcome.Diverged, After = Position(), Last = Position(), TermStarts = starts, Commit = Position(),
                Oldest = Position(), SentAt = Number(), PartOffset = random.Next(), PartLength = random.Next(), PartTotal = random.Next(), PartTerm = Epoch(),
                Timeline = starts, Head = Position(), LeaderHint = Guid.NewGuid(), DigestLsn = Position(), Digest = (ulong)Number(),
            },
            new ReceivedBytes(records));
        yield return new AckMessage(new Ack { Term = Epoch(), Incarnation = Number(), Durable = Position(), DurableTerm = Epoch(), Applied = Position(), Echo = Number() });
        yield return new VoteRequestMessage(new VoteRequest
        {
            PreVote = true, Term = Epoch(), Incarnation = Number(), LastLsn = Position(), LastTerm = Epoch(), Round = Number(), TransferFrom = Epoch(),
        });
        yield return new VoteReplyMessage(new VoteReply { PreVote = true, Term = Epoch(), Incarnation = Number(), Round = Number(), Granted = true });
        yield return new LeaderNoticeMessage(new LeaderNotice { Term = Epoch(), SentAt = Number(), Resigned = true });
        yield return new ForwardRequest(Number(), Number(), Number(), Commands());
        yield return new ReplicaStatusMessage(ShardState.Fenced, Number(), Number(), Number(), Number());
        yield return new SnapshotRequest(Number(), Guid.NewGuid(), new Cluster.Storage.Snapshots.SnapshotPosition(random.Next(), Number()), Number(), Number());
        yield return new SnapshotAnswer(Number(), SnapshotOutcome.Chunk, new ReceivedBytes(records));
        yield return new SnapshotAnswer(Number(), SnapshotOutcome.Gone);
        yield return new ForwardReply(Number(), Number(), ForwardOutcome.Answered, Number(), Guid.NewGuid(), null, records);
    }

    private static CommandBatch Commands()
    {
        var batch = CommandBatch.Rent();
        batch.Add(CommandKind.Get, "a key"u8);
        batch.Add(CommandKind.Set, "another"u8, "its value"u8, CommandFlags.IfAbsent);
        return batch;
    }
}
