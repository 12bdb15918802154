using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class ReplicaTests
{
    private static readonly Configuration Three = TestReplica.Voters(3);
    private static readonly Guid Leader = TestReplica.Id(0);

    [Fact]
    public void A_late_answer_is_not_applied_after_the_log_has_changed()
    {
        TestReplica replica = Following(5, TestReplica.Timeline((1, 1)), new Lsn(3));
        Pull first = replica.Last(EffectKind.SendPull).Pull;
        // The first pull is given up; the second is answered; then the answer to the first arrives after all.
        replica.TickAfter(TestReplica.ElectionTimeout * 9 / 10);
        Pull second = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Records(second, 4, (5, 4)), replica.Now));
        Assert.Equal(new Lsn(4), replica.Core.Last);
        replica.Do(core => core.Receive(Leader, Records(first, 6, (5, 4)), replica.Now));
        Assert.Equal(new Lsn(4), replica.Core.Last);
    }

    [Fact]
    public void An_answer_that_comes_twice_is_applied_once()
    {
        TestReplica replica = Following(1, new TermTable(), Lsn.None);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Records(pull, 2, (1, 1)), replica.Now));
        replica.Do(core => core.Receive(Leader, Records(pull, 2, (1, 1)), replica.Now));
        Assert.Empty(replica.Of(EffectKind.AppendRecords));
    }

    [Fact]
    public void A_diverged_replica_converges_in_one_round()
    {
        // Common: 1..3 of term 1. Own: 4..6 of term 2, 7..9 of term 4. Leader: 4..5 of term 3, from 6 on term 5.
        TestReplica replica = Following(5, TestReplica.Timeline((1, 1), (2, 4), (4, 7)), new Lsn(9), commit: new Lsn(2));
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Diverged(pull, 12, (1, 1), (3, 4), (5, 6)), replica.Now));
        Assert.Equal(new Lsn(3), replica.Last(EffectKind.CutAfter).Lsn);
        Assert.Equal(new Lsn(3), replica.Last(EffectKind.SendPull).Pull.After);
        Assert.Equal(new Term(1), replica.Last(EffectKind.SendPull).Pull.AfterTerm);
    }

    [Fact]
    public void A_replica_that_is_told_to_cut_below_its_commit_LSN_stops()
    {
        TestReplica replica = Following(5, TestReplica.Timeline((1, 1), (2, 4)), new Lsn(6), commit: new Lsn(5));
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Diverged(pull, 12, (1, 1), (3, 4), (5, 6)), replica.Now));
        Assert.Empty(replica.Of(EffectKind.CutAfter));
        Assert.Equal(new Lsn(3), replica.Last(EffectKind.Diverged).Lsn);
        Assert.True(replica.Core.Stopped);
        replica.TickAfter(100 * TestReplica.ElectionTimeout);
        Assert.Empty(replica.Effects);
    }

    [Fact]
    public void A_shorter_leader_proves_no_conflict()
    {
        TestReplica replica = Following(5, TestReplica.Timeline((1, 1)), new Lsn(6));
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Diverged(pull, 4, (1, 1)), replica.Now));
        Assert.Empty(replica.Of(EffectKind.CutAfter));
        Assert.Equal(new Lsn(6), replica.Core.Last);
    }

    [Fact]
    public void Nothing_is_acknowledged_or_voted_while_a_cut_runs()
    {
        TestReplica replica = Following(5, TestReplica.Timeline((1, 1), (2, 4)), new Lsn(6), flushed: new Lsn(3));
        replica.HoldCuts = true;
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Diverged(pull, 12, (1, 1), (5, 4)), replica.Now));
        replica.Do(core => core.FlushedThrough(new Lsn(6), replica.Now));
        Assert.Empty(replica.Effects);
        replica.TickAfter(5 * TestReplica.ElectionTimeout);
        Assert.Empty(replica.Of(EffectKind.SendVoteRequest));
        replica.Release();
        Assert.Equal(new Lsn(3), replica.Core.Last);
        Assert.Equal(new Lsn(3), replica.Core.Flushed);
    }

    [Fact]
    public void An_ack_never_exceeds_what_is_flushed()
    {
        TestReplica replica = Following(1, new TermTable(), Lsn.None);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Records(pull, 5, (1, 1)), replica.Now));
        Assert.Equal(Lsn.None, replica.Last(EffectKind.SendPull).Pull.Durable);
        replica.Do(core => core.FlushedThrough(new Lsn(3), replica.Now));
        Assert.Equal(new Lsn(3), replica.Last(EffectKind.SendAck).Ack.Durable);
        Assert.Equal(new Term(1), replica.Last(EffectKind.SendAck).Ack.DurableTerm);
    }

    [Fact]
    public void A_replica_commits_no_further_than_its_own_log()
    {
        TestReplica replica = Following(1, new TermTable(), Lsn.None);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Records(pull, 5, (1, 1)) with { Commit = new Lsn(100) }, replica.Now));
        Assert.Equal(new Lsn(5), replica.Core.Commit);
    }

    [Fact]
    public void A_pull_waits_until_the_new_term_is_durable()
    {
        var replica = new TestReplica(Three, 1) { HoldSaves = true };
        replica.Do(core => core.Receive(Leader, new LeaderNotice { Term = new Term(3), SentAt = 1 }, replica.Now));
        Assert.Empty(replica.Of(EffectKind.SendPull));
        replica.Release();
        Assert.Equal(new Term(3), replica.Last(EffectKind.SendPull).Pull.Term);
    }

    [Fact]
    public void Refused_records_are_pulled_again_later()
    {
        TestReplica replica = Following(1, new TermTable(), Lsn.None);
        replica.RefuseRecords = true;
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Records(pull, 5, (1, 1)), replica.Now));
        Assert.Equal(Lsn.None, replica.Core.Last);
        Assert.Empty(replica.Of(EffectKind.SendPull));
        replica.TickAfter(TestReplica.ElectionTimeout / 8);
        Assert.Equal(Lsn.None, replica.Last(EffectKind.SendPull).Pull.After);
    }

    [Fact]
    public void A_large_record_is_pulled_in_parts_and_appended_once_whole()
    {
        TestReplica replica = Following(1, new TermTable(), Lsn.None);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Part(pull, offset: 0, length: 40, total: 100), replica.Now));
        Assert.Single(replica.Of(EffectKind.StorePart));
        pull = replica.Last(EffectKind.SendPull).Pull;
        Assert.Equal(40, pull.PartOffset);
        // A part that does not fit is not used, and the record is begun anew.
        replica.Do(core => core.Receive(Leader, Part(pull, offset: 50, length: 50, total: 100), replica.Now));
        Assert.Empty(replica.Of(EffectKind.AppendRecords));
        replica.TickAfter(TestReplica.ElectionTimeout / 8);
        pull = replica.Last(EffectKind.SendPull).Pull;
        Assert.Equal(0, pull.PartOffset);
        replica.Do(core => core.Receive(Leader, Part(pull, offset: 0, length: 60, total: 100), replica.Now));
        pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(Leader, Part(pull, offset: 60, length: 40, total: 100), replica.Now));
        Assert.Single(replica.Of(EffectKind.AppendRecords));
        Assert.Equal(new Lsn(1), replica.Core.Last);
        Assert.Equal(0, replica.Last(EffectKind.SendPull).Pull.PartOffset);
    }

    [Fact]
    public void A_restored_link_is_used_at_once()
    {
        TestReplica replica = Following(1, new TermTable(), Lsn.None);
        Pull lost = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.LinkRestored(TestReplica.Id(2), replica.Now));
        Assert.Empty(replica.Effects);
        replica.Do(core => core.LinkRestored(Leader, replica.Now));
        Assert.Equal(lost.Number + 1, replica.Last(EffectKind.SendPull).Pull.Number);
    }

    [Fact]
    public void A_position_that_is_gone_asks_for_a_new_copy_and_not_again()
    {
        TestReplica replica = Following(1, new TermTable(), Lsn.None);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        var gone = new PullAnswer { Number = pull.Number, Term = pull.Term, Outcome = PullOutcome.PositionGone, Oldest = new Lsn(50), SentAt = 9 };
        replica.Do(core => core.Receive(Leader, gone, replica.Now));
        Assert.Equal(BootstrapCause.PositionGone, replica.Last(EffectKind.NeedsBootstrap).Cause);
        Assert.Equal(new Lsn(50), replica.Last(EffectKind.NeedsBootstrap).Oldest);
        Assert.Empty(replica.Of(EffectKind.SendPull));
    }

    [Fact]
    public void A_configuration_holds_from_its_append_and_is_undone_by_a_cut()
    {
        TestReplica replica = Following(5, TestReplica.Timeline((1, 1), (2, 4)), new Lsn(6));
        Assert.Equal(ReplicaRole.Follower, replica.Core.Role);
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        var without = new Configuration(new Lsn(7), [new Member(Leader, 1)], [new Member(TestReplica.Id(1), 1)]);
        replica.Effects.Clear();
        replica.Core.Receive(Leader, Records(pull, 7, (5, 7)), replica.Now);
        while (replica.Core.TryTakeEffect(out Effect effect))
        {
            if (effect.Kind != EffectKind.AppendRecords)
                continue;
            replica.Core.ConfigurationAppended(without);
            replica.Core.RecordsAppended(new Lsn(7), replica.Now);
        }

        Assert.Equal(ReplicaRole.Learner, replica.Core.Role);
        // Another leader does not have that record.
        Guid other = TestReplica.Id(2);
        replica.Do(core => core.Receive(other, new LeaderNotice { Term = new Term(6), SentAt = 1 }, replica.Now));
        pull = replica.Last(EffectKind.SendPull).Pull;
        replica.Do(core => core.Receive(other, Diverged(pull, 8, (1, 1), (2, 4), (6, 7)), replica.Now));
        Assert.Equal(new Lsn(6), replica.Core.Last);
        Assert.Equal(ReplicaRole.Follower, replica.Core.Role);
    }

    [Fact]
    public void A_failed_disk_ends_all_participation()
    {
        TestReplica replica = Following(1, new TermTable(), Lsn.None);
        replica.Do(core => core.StorageFailed(replica.Now));
        replica.TickAfter(10 * TestReplica.ElectionTimeout);
        replica.Do(core => core.Receive(TestReplica.Id(2), new VoteRequest { Term = new Term(9), Incarnation = 1 }, replica.Now));
        Assert.Empty(replica.Effects);
    }

    private static TestReplica Following(long term, TermTable terms, Lsn last, Lsn commit = default, Lsn? flushed = null)
    {
        var replica = new TestReplica(Three, 1, terms, last, commit, flushed);
        return replica.Do(core => core.Receive(Leader, new LeaderNotice { Term = new Term(term), SentAt = 1 }, replica.Now));
    }

    private static PullAnswer Records(in Pull pull, long last, params (long Term, long First)[] starts) => new()
    {
        Number = pull.Number,
        Term = pull.Term,
        After = pull.After,
        Last = new Lsn(last),
        SentAt = 5,
        TermStarts = [.. starts.Select(s => new TermStart(new Term(s.Term), new Lsn(s.First)))],
    };

    private static PullAnswer Part(in Pull pull, int offset, int length, int total) =>
        Records(pull, offset + length == total ? pull.After.Value + 1 : pull.After.Value) with
        {
            PartOffset = offset,
            PartLength = length,
            PartTotal = total,
            PartTerm = pull.Term,
            TermStarts = offset + length == total ? [new TermStart(pull.Term, pull.After.Next)] : null,
        };

    private static PullAnswer Diverged(in Pull pull, long head, params (long Term, long First)[] timeline) => new()
    {
        Number = pull.Number,
        Term = pull.Term,
        Outcome = PullOutcome.Diverged,
        After = pull.After,
        Last = pull.After,
        Head = new Lsn(head),
        SentAt = 5,
        Timeline = [.. timeline.Select(s => new TermStart(new Term(s.Term), new Lsn(s.First)))],
    };
}
