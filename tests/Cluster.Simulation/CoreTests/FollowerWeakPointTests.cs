using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

/// <summary>
/// What the stores that this one learned from get wrong on the side that receives (docs/weak-points.md). Every test is named after the failure that it
/// would show.
/// </summary>
public sealed class FollowerWeakPointTests
{
    private static readonly Configuration Three = TestReplica.Voters(3);
    private static readonly Guid Leader = TestReplica.Id(0);
    private static readonly Guid Next = TestReplica.Id(2);

    /// <summary>A position that is kept beside the data is behind it (records come twice) or, worse, ahead of it (a hole) after a crash.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(1007)]
    public void After_a_restart_records_are_asked_for_from_elsewhere_than_the_end_of_the_log(long last)
    {
        TestReplica replica = Following(1, last);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        Assert.Equal((new Lsn(last), new Lsn(last)), (pull.After, pull.Durable));
        // Records that it holds come again, for whatever reason: not one is appended twice.
        if (last > 0)
            replica.Do(core => core.Receive(Leader, Records(pull with { After = new Lsn(last - 1) }, last + 5), replica.Now));
        Assert.Equal(new Lsn(last), replica.Core.Last);
    }

    [Fact]
    public void The_last_records_before_a_pause_are_never_acknowledged()
    {
        TestReplica replica = Following(1, 0);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Records(pull, 1), replica.Now));
        replica.Do(core => core.FlushedThrough(new Lsn(1), replica.Now));
        Assert.Equal(new Lsn(1), replica.Last(EffectKind.SendAck).Ack.Durable);
    }

    [Fact]
    public void A_leader_that_was_replaced_goes_on_writing_into_the_log()
    {
        TestReplica replica = Following(5, 3);
        Pull old = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Next, TestMessages.Notice(6), replica.Now));
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Records(old, 4), replica.Now));
        replica.Do(core => core.Receive(Leader, Records(pull with { Term = old.Term }, 4), replica.Now));
        replica.Do(core => core.Receive(Leader, TestMessages.Notice(5, sentAt: 100), replica.Now));
        Assert.Equal((new Lsn(3), Next, new Term(6)), (replica.Core.Last, replica.Core.Leader, replica.Core.Term));
        // It is told that there is a newer term, so that it does not go on for ever.
        Assert.Equal(new Term(6), replica.Last(EffectKind.SendAck).Ack.Term);
        replica.Do(core => core.Receive(Next, Records(pull, 4), replica.Now));
        Assert.Equal(new Lsn(4), replica.Core.Last);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_replica_whose_leader_ended_in_good_order_follows_nobody_any_more(bool sameNode)
    {
        TestReplica replica = Following(1, 3);
        replica.Do(core => core.Receive(Leader, TestMessages.Notice(1, sentAt: 2) with { Resigned = true }, replica.Now));
        Assert.Null(replica.Core.Leader);
        Guid next = sameNode ? Leader : Next;
        replica.Do(core => core.Receive(next, TestMessages.Notice(2), replica.Now));
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(next, Records(pull, 4), replica.Now));
        Assert.Equal(new Lsn(4), replica.Core.Last);
    }

    [Fact]
    public void Nobody_looks_for_another_leader_when_one_has_ended_in_good_order()
    {
        TestReplica replica = Following(1, 3);
        replica.Do(core => core.Receive(Leader, TestMessages.Notice(1, sentAt: 2) with { Resigned = true }, replica.Now));
        replica.TickAfter(TestReplica.ElectionTimeout / 8);
        Assert.NotEmpty(replica.Of(EffectKind.SendVoteRequest));
    }

    /// <summary>The highest position ever seen says nothing of what lies before it.</summary>
    [Fact]
    public void Records_behind_a_hole_are_taken_and_the_hole_is_never_filled()
    {
        TestReplica replica = Following(1, 3);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Records(pull with { After = new Lsn(5) }, 9), replica.Now));
        Assert.Equal(new Lsn(3), replica.Core.Last);
        replica.TickAfter(2 * TestReplica.ElectionTimeout / 3);
        Assert.Equal(new Lsn(3), replica.Last(EffectKind.SendPull).Pull.After);
    }

    [Fact]
    public void A_connection_that_fell_silent_is_read_from_for_ever()
    {
        TestReplica replica = Following(1, 3);
        long number = replica.Last(EffectKind.SendPull).Pull.Number;
        replica.TickAfter(2 * TestReplica.ElectionTimeout / 3);
        Assert.Equal(number + 1, replica.Last(EffectKind.SendPull).Pull.Number);
        replica.TickAfter(2 * TestReplica.ElectionTimeout);
        Assert.NotEmpty(replica.Of(EffectKind.SendVoteRequest));
    }

    /// <summary>A failed apply that is only counted leaves a record out.</summary>
    [Fact]
    public void A_record_that_could_not_be_applied_is_left_out()
    {
        TestReplica replica = Following(1, 3);
        replica.RefuseRecords = true;
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Records(pull, 4), replica.Now));
        replica.Do(core => core.Receive(Leader, Records(pull with { After = new Lsn(4) }, 5), replica.Now));
        Assert.Equal(new Lsn(3), replica.Core.Last);
        replica.RefuseRecords = false;
        replica.TickAfter(TestReplica.ElectionTimeout / 8);
        pull = replica.Last(EffectKind.SendPull).Pull;
        Assert.Equal((new Lsn(3), new Lsn(3)), (pull.After, pull.Durable));
        replica.Do(core => core.Receive(Leader, Records(pull, 5), replica.Now));
        Assert.Equal(new Lsn(5), replica.Core.Last);
    }

    /// <summary>A replica with records of term 1 that has just heard a leader.</summary>
    private static TestReplica Following(long term, long last)
    {
        var replica = new TestReplica(Three, 1, last > 0 ? TestReplica.Timeline((1, 1)) : null, new Lsn(last));
        return replica.Do(core => core.Receive(Leader, TestMessages.Notice(term), replica.Now));
    }

    private static PullAnswer Records(in Pull pull, long last) => new()
    {
        Number = pull.Number,
        Term = pull.Term,
        After = pull.After,
        Last = new Lsn(last),
        SentAt = 5,
        TermStarts = pull.AfterTerm == pull.Term ? null : [new TermStart(pull.Term, pull.After.Next)],
    };
}
