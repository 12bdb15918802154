using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class LeaderTests
{
    private static readonly Configuration Three = TestReplica.Voters(3);
    private static readonly Guid One = TestReplica.Id(1);
    private static readonly Guid Two = TestReplica.Id(2);

    [Fact]
    public void A_leader_does_not_count_itself_before_its_own_flush()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(2), 0).Elect();
        leader.Do(core => core.Receive(One, Ack(leader, 1), leader.Now));
        Assert.Equal(Lsn.None, leader.Core.Commit);
        leader.Do(core => core.FlushedThrough(new Lsn(1), leader.Now));
        Assert.Equal(new Lsn(1), leader.Core.Commit);
    }

    [Fact]
    public void Commit_may_pass_the_leaders_own_disk_but_not_for_long()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        leader.Do(core => core.Receive(One, Ack(leader, 1), leader.Now));
        leader.Do(core => core.Receive(Two, Ack(leader, 1), leader.Now));
        Assert.Equal(new Lsn(1), leader.Core.Commit);
        for (int i = 0; i < 35 && leader.Core.Role == ReplicaRole.Leader; i++)
        {
            leader.Do(core => core.Receive(One, Ack(leader, 1) with { Echo = leader.Now }, leader.Now));
            leader.TickAfter(100_000);
        }

        Assert.Equal(LeadershipLoss.OwnDiskBehind, leader.Last(EffectKind.RoleChanged).Loss);
        Assert.True(leader.Last(EffectKind.SendLeaderNotice).LeaderNotice.Resigned);
    }

    [Fact]
    public void Records_of_an_older_term_are_not_committed_by_counting()
    {
        // The log ends with records of term 1; the no-op of the new term is 4.
        TestReplica leader = new TestReplica(Three, 0, TestReplica.Timeline((1, 1)), new Lsn(3)).Elect();
        leader.Do(core => core.Receive(One, Ack(leader, 3, term: 1), leader.Now));
        Assert.Equal(Lsn.None, leader.Core.Commit);
        leader.Do(core => core.FlushedThrough(new Lsn(4), leader.Now));
        leader.Do(core => core.Receive(One, Ack(leader, 4), leader.Now));
        Assert.Equal(new Lsn(4), leader.Core.Commit);
    }

    [Fact]
    public void Acks_of_strangers_and_of_what_is_not_ours_count_for_nothing()
    {
        TestReplica leader = Flushed(new TestReplica(Three, 0, TestReplica.Timeline((1, 1)), new Lsn(3)).Elect());
        leader.Do(core => core.Receive(TestReplica.Id(7), Ack(leader, 4), leader.Now));
        leader.Do(core => core.Receive(One, Ack(leader, 4) with { Incarnation = 2 }, leader.Now));
        leader.Do(core => core.Receive(One, Ack(leader, 5), leader.Now));
        leader.Do(core => core.Receive(One, Ack(leader, 4, term: 1), leader.Now));
        leader.Do(core => core.Receive(One, Ack(leader, 4) with { Term = new Term(1) }, leader.Now));
        Assert.Equal(Lsn.None, leader.Core.Commit);
    }

    [Fact]
    public void A_learner_does_not_count()
    {
        var configuration = new Configuration(Lsn.None, [new Member(TestReplica.Id(0), 1), new Member(One, 1)], [new Member(Two, 1)]);
        TestReplica leader = Flushed(new TestReplica(configuration, 0).Elect());
        leader.Do(core => core.Receive(Two, Ack(leader, 1), leader.Now));
        Assert.Equal(Lsn.None, leader.Core.Commit);
    }

    [Fact]
    public void A_member_that_has_said_nothing_holds_nothing()
    {
        TestReplica leader = Flushed(new TestReplica(Three, 0).Elect());
        Assert.Equal(Lsn.None, leader.Core.Commit);
    }

    [Fact]
    public void An_unregistered_replica_gets_no_records()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        leader.Do(core => core.Receive(TestReplica.Id(7), Pull(leader, 1, 0), leader.Now));
        Assert.Equal(PullOutcome.NotRegistered, leader.Last(EffectKind.SendPullAnswer).PullAnswer.Outcome);
    }

    /// <summary>Whoever asks takes only the answer that names its pull: a refusal that does not would be heard by replicas with an empty log alone.</summary>
    [Fact]
    public void A_refusal_is_lost_on_a_replica_that_has_records()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        Pull pull = Pull(leader, 1, 5, 1);
        leader.Do(core => core.Receive(TestReplica.Id(7), pull, leader.Now));
        PullAnswer answer = leader.Last(EffectKind.SendPullAnswer).PullAnswer;
        Assert.Equal((pull.Number, pull.After), (answer.Number, answer.After));
    }

    [Fact]
    public void A_pull_of_a_released_position_is_told_so()
    {
        TestReplica leader = new TestReplica(Three, 0, TestReplica.Timeline((1, 9)), new Lsn(20), commit: new Lsn(20), first: new Lsn(10)).Elect();
        leader.Do(core => core.Receive(One, Pull(leader, 1, 8, 1), leader.Now));
        Assert.Equal(PullOutcome.PositionGone, leader.Last(EffectKind.SendPullAnswer).PullAnswer.Outcome);
        Assert.Equal(new Lsn(10), leader.Last(EffectKind.SendPullAnswer).PullAnswer.Oldest);
        leader.Do(core => core.Receive(One, Pull(leader, 2, 9, 1), leader.Now));
        Assert.Single(leader.Of(EffectKind.AnswerWithRecords));
    }

    [Fact]
    public void A_pull_that_was_overtaken_does_not_displace_the_newer_one()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        leader.Do(core => core.Receive(One, Pull(leader, 5, 1), leader.Now));
        leader.Do(core => core.Receive(One, Pull(leader, 4, 0), leader.Now));
        Assert.Empty(leader.Of(EffectKind.AnswerWithRecords));
        leader.Do(core => core.LeaderAppended(new Lsn(2), leader.Now));
        Assert.Equal(5, leader.Last(EffectKind.AnswerWithRecords).PullAnswer.Number);
        // A restarted replica begins again, with another run in the upper half.
        leader.Do(core => core.Receive(One, Pull(leader, (1L << 32) + 1, 0), leader.Now));
        Assert.Single(leader.Of(EffectKind.AnswerWithRecords));
    }

    [Fact]
    public void An_answer_that_comes_from_disk_after_the_term_has_ended_is_not_sent()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        leader.Do(core => core.Receive(One, Pull(leader, 1, 0), leader.Now));
        PullAnswer answer = leader.Last(EffectKind.AnswerWithRecords).PullAnswer;
        leader.Do(core => core.Receive(Two, new Ack { Term = leader.Core.Term.Next }, leader.Now));
        Assert.False(leader.Core.TryCompleteAnswer(ref answer, new Lsn(1)));
    }

    [Fact]
    public void An_idle_poll_is_answered_as_a_sign_of_life()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        leader.Do(core => core.Receive(One, Pull(leader, 1, 1) with { WaitMicros = long.MaxValue }, leader.Now));
        Assert.Empty(leader.Of(EffectKind.SendPullAnswer));
        leader.TickAfter(TestReplica.ElectionTimeout / 3);
        Assert.Equal(new Lsn(1), leader.Last(EffectKind.SendPullAnswer).PullAnswer.Last);
    }

    [Fact]
    public void A_read_is_confirmed_only_by_messages_sent_after_it()
    {
        TestReplica leader = Committed(new TestReplica(Three, 0).Elect());
        leader.Do(core => core.Receive(One, Pull(leader, 1, 1), leader.Now));
        long before = StampOf(leader.TickAfter(TestReplica.ElectionTimeout / 3));
        leader.Do(core => core.Receive(One, Pull(leader, 2, 1), leader.Now));
        long ticket = 0;
        leader.Do(core => ticket = core.RequestRead(leader.Now));
        long after = StampOf(leader);
        Assert.True(before < ticket && ticket < after);
        leader.Do(core => core.Receive(Two, Pull(leader, 1, 1) with { Echo = before }, leader.Now));
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
        leader.Do(core => core.Receive(One, Pull(leader, 3, 1) with { Echo = after }, leader.Now));
        Assert.Equal(ticket, leader.Last(EffectKind.ReadsConfirmed).Ticket);
    }

    [Fact]
    public void No_read_is_confirmed_before_the_no_op_is_committed()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        leader.Do(core => core.Receive(One, Pull(leader, 1, 1), leader.Now));
        leader.Do(core => core.RequestRead(leader.Now));
        long stamp = StampOf(leader);
        leader.Do(core => core.Receive(One, Pull(leader, 2, 1) with { Echo = stamp }, leader.Now));
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
        leader.Do(core => core.Receive(One, Ack(leader, 1), leader.Now));
        leader.Do(core => core.FlushedThrough(new Lsn(1), leader.Now));
        Assert.Single(leader.Of(EffectKind.ReadsConfirmed));
    }

    [Fact]
    public void A_replica_that_does_not_lead_confirms_no_read()
    {
        var replica = new TestReplica(Three, 0);
        Assert.Equal(0, replica.Core.RequestRead(replica.Now));
    }

    [Fact]
    public void A_failed_disk_ends_leadership_at_once_and_says_so()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        leader.Do(core => core.StorageFailed(leader.Now));
        Assert.Equal(LeadershipLoss.StorageFailed, leader.Last(EffectKind.RoleChanged).Loss);
        Assert.Equal(2, leader.Of(EffectKind.SendLeaderNotice).Count);
        Assert.All(leader.Of(EffectKind.SendLeaderNotice), e => Assert.True(e.LeaderNotice.Resigned));
    }

    [Fact]
    public void The_steady_path_allocates_nothing()
    {
        TestReplica leader = Committed(new TestReplica(Three, 0).Elect());
        ReplicaCore core = leader.Core;
        Term term = core.Term;
        long before = 0;
        for (int i = 0; i < 2_000; i++)
        {
            if (i == 1_000)
                before = GC.GetAllocatedBytesForCurrentThread();
            long now = leader.Now + i * 100;
            var pull = new Pull { Number = 100 + i, Term = term, Incarnation = 1, After = core.Last, AfterTerm = term, MaxBytes = 1024, WaitMicros = 1_000, Echo = now };
            core.Receive(One, pull, now);
            core.LeaderAppended(core.Last + 3, now);
            core.FlushedThrough(core.Last, now);
            core.Receive(One, new Ack { Term = term, Incarnation = 1, Durable = core.Last, DurableTerm = term, Echo = now }, now);
            core.RequestRead(now);
            while (core.TryTakeEffect(out Effect effect))
            {
                if (effect.Kind == EffectKind.AnswerWithRecords)
                    core.TryCompleteAnswer(ref effect.PullAnswer, core.Last);
            }
        }

        Assert.Equal(core.Last, core.Commit);
        // Less than a byte per round: what the runtime itself allocates while it compiles hot methods anew.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }

    private static long StampOf(TestReplica leader) => leader.Last(EffectKind.SendPullAnswer).PullAnswer.SentAt;

    private static TestReplica Flushed(TestReplica leader) => leader.Do(core => core.FlushedThrough(core.Last, leader.Now));

    private static TestReplica Committed(TestReplica leader) =>
        Flushed(leader).Do(core => core.Receive(Two, Ack(leader, core.Last.Value), leader.Now));

    private static Pull Pull(TestReplica leader, long number, long after, long afterTerm = 0) => new()
    {
        Number = number,
        Term = leader.Core.Term,
        Incarnation = 1,
        After = new Lsn(after),
        AfterTerm = afterTerm > 0 ? new Term(afterTerm) : after == 0 ? Term.None : leader.Core.Term,
        MaxBytes = 1 << 16,
        WaitMicros = 300_000,
    };

    private static Ack Ack(TestReplica leader, long durable, long term = 0) => new()
    {
        Term = leader.Core.Term,
        Incarnation = 1,
        Durable = new Lsn(durable),
        DurableTerm = term > 0 ? new Term(term) : leader.Core.Term,
    };
}
