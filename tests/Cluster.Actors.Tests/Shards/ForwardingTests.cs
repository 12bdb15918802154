using System.Text;
using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

/// <summary>The two ends of a forward stream, with everything between them in the test's hand.</summary>
public sealed class ForwardingTests
{
    private static readonly Guid Client = new("00000000-0000-0000-0000-0000000000c1");
    private static readonly Guid Leader = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid Other = new("00000000-0000-0000-0000-00000000000b");

    private readonly Wire _wire = new();
    private readonly Owner _owner = new();
    private readonly ForwardSender _sender;
    private readonly ForwardReceiver _receiver = new();
    private readonly List<string> _applied = [];

    /// <summary>What the asked node says about leadership when it does not accept.</summary>
    private (long Term, Guid Leader) _known = (1, Leader);

    public ForwardingTests()
    {
        _sender = new ForwardSender(3, Client, _wire, new ShardSettings(), firstStream: 100);
        _sender.SetReplicas([Client, Leader, Other]);
    }

    [Fact]
    public void Batches_wait_for_a_leader_and_then_go_in_order()
    {
        Submit("a", "b", "c");
        Assert.Empty(_wire.Sent);
        Leads(Leader, 1);
        DeliverAll();
        Assert.Equal(["a", "b", "c"], _applied);
        Assert.Equal(["a=OK", "b=OK", "c=OK"], _owner.Completed);
    }

    [Fact]
    public void A_lost_forward_does_not_let_later_ones_overtake_it()
    {
        Leads(Leader, 1);
        Submit("a", "b", "c", "d");
        _wire.Sent.RemoveAt(1);
        DeliverAll();
        Assert.Equal(["a", "b", "c", "d"], _applied);
        Assert.Equal(4, _owner.Completed.Count);
        Assert.All(_owner.Completed, c => Assert.EndsWith("=OK", c));
    }

    [Fact]
    public void A_lost_forward_behind_which_nothing_follows_is_found_and_sent_again()
    {
        Leads(Leader, 1);
        Submit("a", "b");
        _wire.Sent.RemoveAt(1);
        DeliverAll();
        _sender.Tick(now: 50_000);
        _sender.Tick(now: 250_000);
        DeliverAll();
        Assert.Equal(["a", "b"], _applied);
        Assert.Equal(["a=OK", "b=OK"], _owner.Completed);
    }

    [Fact]
    public void A_slow_commit_is_not_taken_for_a_loss()
    {
        Leads(Leader, 1);
        Submit("a");
        var request = (ForwardRequest)_wire.Sent[0].Message;
        long number = request.Number;
        Assert.Equal(ForwardVerdict.Accept, _receiver.Judge(Client, request.Stream, request.Term, ref number));
        _wire.Sent.Clear();
        _sender.Tick(now: 50_000);
        _sender.Tick(now: 250_000);
        Assert.Single(_wire.Sent);
        DeliverAll();
        Assert.Empty(_applied);
        Assert.Empty(_owner.Completed);
        Submit("b");
        DeliverAll();
        Assert.Equal(["b"], _applied);
    }

    [Fact]
    public void A_repeated_forward_is_applied_once()
    {
        Leads(Leader, 1);
        Submit("a", "b");
        var copies = _wire.Sent.Select(s => (s.To, Message: (ShardMessage)Copy(s.Message))).ToList();
        DeliverAll();
        _wire.Sent.AddRange(copies);
        DeliverAll();
        Assert.Equal(["a", "b"], _applied);
    }

    [Fact]
    public void A_copy_from_a_finished_stream_is_neither_applied_nor_called_refused()
    {
        Leads(Leader, 1);
        Submit("a");
        var late = Copy(_wire.Sent[0].Message);
        DeliverAll();
        Submit("b", "c");
        _wire.Sent.RemoveAt(0); // "b" is lost, so that a new stream begins
        DeliverAll();
        _wire.Sent.Add((Leader, late));
        DeliverAll();
        Assert.Equal(["a", "b", "c"], _applied);
        Assert.Equal(3, _owner.Completed.Count);
    }

    [Fact]
    public void A_copy_that_reaches_a_former_leader_is_not_called_refused()
    {
        Leads(Leader, 1);
        Submit("a");
        var copy = (ForwardRequest)Copy(_wire.Sent[0].Message);
        long number = copy.Number;
        Assert.Equal(ForwardVerdict.Accept, _receiver.Judge(Client, copy.Stream, copy.Term, ref number));
        _receiver.StopLeading();
        Assert.Equal(ForwardVerdict.Duplicate, _receiver.Judge(Client, copy.Stream, copy.Term, ref number));
        _receiver.BeginLeading(5);
        Assert.Equal(ForwardVerdict.Stale, _receiver.Judge(Client, copy.Stream, copy.Term, ref number));
    }

    [Fact]
    public void What_a_deposed_leader_refuses_is_sent_to_the_next_in_order()
    {
        _sender.LeaderIs(Leader, 1, now: 0);
        Submit("a", "b", "c");
        _known = (1, Guid.Empty);
        DeliverAll(); // refused: it does not lead
        Assert.Empty(_applied);
        Leads(Other, 2, 0);
        DeliverAll();
        Assert.Equal(["a", "b", "c"], _applied);
        Assert.Equal(["a=OK", "b=OK", "c=OK"], _owner.Completed);
    }

    [Fact]
    public void An_unanswered_write_of_a_dead_leader_is_unknown_and_never_sent_again()
    {
        _sender.LeaderIs(Leader, 1, now: 0);
        Submit("a");
        _wire.Sent.Clear();
        Leads(Other, 2, 0);
        Submit("b");
        DeliverAll();
        Assert.Equal(["b"], _applied);
        _sender.Tick(now: 600_000);
        Assert.Equal("b=OK", _owner.Completed[0]);
        Assert.StartsWith("a=UNKNOWN outcome unknown, shard=3 term=1 lsn=?", _owner.Completed[1]);
    }

    [Fact]
    public void An_unanswered_read_of_a_dead_leader_is_repeated_unless_it_would_overtake()
    {
        _sender.LeaderIs(Leader, 1, now: 0);
        var connection = new Owner();
        SubmitRead("r1", _owner);
        SubmitRead("r2", connection);
        Submit("w"); // of _owner: r1 may not be repeated behind it
        _wire.Sent.Clear();
        Leads(Other, 2, 0);
        DeliverAll();
        Assert.Equal(["r2=OK"], connection.Completed);
        Assert.Empty(_owner.Completed);
        _sender.Tick(now: 600_000);
        Assert.Contains(_owner.Completed, c => c.StartsWith("r1=TRYAGAIN"));
        Assert.Contains(_owner.Completed, c => c.StartsWith("w=UNKNOWN"));
    }

    [Fact]
    public void A_node_that_becomes_leader_itself_does_not_wait_for_the_dead_one()
    {
        _sender.LeaderIs(Leader, 1, now: 0);
        Submit("a");
        _sender.SelfLeads(2, now: 0);
        _sender.Tick(now: 600_000);
        Assert.StartsWith("a=UNKNOWN", Assert.Single(_owner.Completed));
    }

    [Fact]
    public void Without_a_leader_a_write_is_definitely_refused_in_time()
    {
        Submit("a");
        _sender.Tick(now: 4_900_000);
        Assert.Empty(_owner.Completed);
        _sender.Tick(now: 5_000_000);
        Assert.StartsWith("a=CLUSTERDOWN", Assert.Single(_owner.Completed));
    }

    [Fact]
    public void A_silent_leader_makes_a_write_unknown_in_time()
    {
        _sender.LeaderIs(Leader, 1, now: 0);
        Submit("a");
        _sender.Tick(now: 5_000_000);
        Assert.StartsWith("a=UNKNOWN", Assert.Single(_owner.Completed));
    }

    [Fact]
    public void An_unknown_leader_is_found_by_asking_replicas()
    {
        Submit("a");
        _receiver.BeginLeading(7);
        _known = (7, Leader);
        _sender.Tick(now: 100_000);
        var probe = Assert.Single(_wire.Sent);
        Assert.Equal(Leader, probe.To);
        Assert.Equal(0, ((ForwardRequest)probe.Message).Term);
        DeliverAll();
        Assert.Equal(["a"], _applied);
    }

    [Fact]
    public void A_clock_that_went_back_over_a_restart_costs_an_unknown_at_most()
    {
        _receiver.BeginLeading(1);
        long number = 1;
        Assert.Equal(ForwardVerdict.Accept, _receiver.Judge(Client, 5_000, 1, ref number)); // the life before
        _sender.LeaderIs(Leader, 1, now: 0);
        Submit("a");
        DeliverAll();
        Assert.Empty(_applied);
        Submit("b");
        DeliverAll();
        Assert.Equal(["b"], _applied);
    }

    [Fact]
    public void A_leader_that_hands_over_gets_nothing_more_and_no_batch_is_refused()
    {
        Leads(Leader, 1);
        Submit("a");
        DeliverAll();
        BeginHandOver();
        Submit("b", "c");
        _sender.Tick(now: 300_000);
        Assert.All(_wire.Sent, sent => Assert.Equal(0, ((ForwardRequest)sent.Message).Term)); // questions for the leader only
        _wire.Sent.Clear();

        Leads(Other, 2, 310_000);
        DeliverAll();
        Assert.Equal(["a", "b", "c"], _applied);
        Assert.Equal(["a=OK", "b=OK", "c=OK"], _owner.Completed);
    }

    [Fact]
    public void A_batch_that_was_under_way_when_the_hand_over_began_goes_to_the_next_leader()
    {
        Leads(Leader, 1);
        Submit("a");
        BeginHandOver(); // says that nothing was accepted from "a" on
        _wire.Sent.Clear();
        Leads(Other, 2, 10_000);
        Submit("b");
        DeliverAll();
        Assert.Equal(["a", "b"], _applied);
        Assert.Equal(["a=OK", "b=OK"], _owner.Completed);
    }

    [Fact]
    public void A_hand_over_that_fails_goes_on_where_it_stopped()
    {
        Leads(Leader, 1);
        Submit("a");
        DeliverAll();
        BeginHandOver();
        Submit("b");
        _receiver.ResumeLeading();
        Tell(ForwardOutcome.Refused);
        DeliverAll();
        Assert.Equal(["a", "b"], _applied);
    }

    [Fact]
    public void Who_missed_that_a_hand_over_failed_finds_out_by_asking()
    {
        Leads(Leader, 1);
        Submit("a");
        DeliverAll();
        BeginHandOver();
        Submit("b");
        _receiver.ResumeLeading();
        for (int i = 1; i <= 3; i++) _sender.Tick(now: i * 200_000);
        DeliverAll();
        Assert.Equal(["a", "b"], _applied);
    }

    /// <summary>The receiver begins to lead, and the sender hears who does at <paramref name="now"/> (µs).</summary>
    private void Leads(Guid leader, long term, long now = 0)
    {
        _receiver.BeginLeading(term);
        _sender.LeaderIs(leader, term, now);
    }

    private void BeginHandOver()
    {
        _receiver.StopLeading();
        Tell(ForwardOutcome.Moving);
    }

    /// <summary>What the leader says to those who have a stream; here there is one, or there would have been.</summary>
    private void Tell(ForwardOutcome outcome)
    {
        var says = new Wire();
        _receiver.TellSenders(outcome, 3, Leader, says);
        if (says.Sent.Count == 0) says.Sent.Add((Client, new ForwardReply(((ForwardRequest)_wire.Sent[0].Message).Stream, 1, outcome, 1, Leader, null, default)));
        foreach (var (_, message) in says.Sent) _sender.Receive(Leader, (ForwardReply)message, now: 0);
    }

    private void Submit(params string[] keys)
    {
        foreach (string key in keys) Enqueue(key, CommandKind.Set, _owner);
    }

    private void SubmitRead(string key, Owner owner) => Enqueue(key, CommandKind.Get, owner);

    private void Enqueue(string key, CommandKind kind, Owner owner)
    {
        var batch = CommandBatch.Rent();
        batch.Owner = owner;
        batch.Add(kind, Encoding.ASCII.GetBytes(key), kind == CommandKind.Set ? "v"u8 : default);
        _sender.Enqueue(batch);
    }

    /// <summary>Everything that is on the wire, and what that causes, reaches a node that judges by <see cref="_receiver"/>.</summary>
    private void DeliverAll()
    {
        while (_wire.Sent.Count > 0)
        {
            var (to, message) = _wire.Sent[0];
            _wire.Sent.RemoveAt(0);
            var request = (ForwardRequest)message;
            long number = request.Number;
            var verdict = _receiver.Judge(Client, request.Stream, request.Term, ref number, request.IsCheck);
            if (verdict == ForwardVerdict.Accept)
            {
                var there = CommandBatch.Rent();
                var bytes = new byte[request.Batch.EncodedCommandsBytes];
                request.Batch.WriteCommands(bytes);
                there.ReadCommands(bytes);
                if (there.HasWrite) _applied.Add(Encoding.ASCII.GetString(there.Key(0)));
                for (int i = 0; i < there.Count; i++) there.SetOk(i);
                bytes = new byte[there.EncodedRepliesBytes];
                there.WriteReplies(bytes);
                _sender.Receive(to, new ForwardReply(request.Stream, request.Number, ForwardOutcome.Answered, request.Term, to, null, bytes), now: 0);
            }
            else if (verdict != ForwardVerdict.Duplicate)
            {
                var outcome = verdict == ForwardVerdict.Stale ? ForwardOutcome.Stale : ForwardOutcome.Refused;
                _sender.Receive(to, new ForwardReply(request.Stream, number, outcome, _known.Term, _known.Leader, null, default), now: 0);
            }
        }
    }

    private static ForwardRequest Copy(ShardMessage message)
    {
        var request = (ForwardRequest)message;
        var batch = CommandBatch.Rent();
        var bytes = new byte[request.Batch.EncodedCommandsBytes];
        request.Batch.WriteCommands(bytes);
        batch.ReadCommands(bytes);
        return new ForwardRequest(request.Stream, request.Number, request.Term, batch);
    }

    private sealed class Wire : IShardPeers
    {
        public List<(Guid To, ShardMessage Message)> Sent { get; } = [];

        public void Send(Guid to, int shard, ShardMessage message) => Sent.Add((to, message));
    }

    private sealed class Owner : IBatchOwner
    {
        public List<string> Completed { get; } = [];

        void IBatchOwner.Completed(CommandBatch batch)
        {
            string reply = batch.ReplyTo(0).Kind == ReplyKind.Ok ? "OK" : Encoding.ASCII.GetString(batch.ReplyBytes(0));
            Completed.Add($"{Encoding.ASCII.GetString(batch.Key(0))}={reply}");
        }
    }
}
