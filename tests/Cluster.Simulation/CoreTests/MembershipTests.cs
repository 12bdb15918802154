using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class MembershipTests
{
    private static readonly Configuration Three = TestReplica.Voters(3);
    private static readonly Guid One = TestReplica.Id(1);
    private static readonly Guid Two = TestReplica.Id(2);
    private static readonly Guid New = TestReplica.Id(7);

    [Fact]
    public void No_configuration_is_changed_before_a_record_of_the_own_term_is_committed()
    {
        TestReplica leader = new TestReplica(Three, 0).Elect();
        Assert.Equal(MembershipVerdict.TermNotCommitted, Do(leader, core => core.Remove(Two, leader.Now)));
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now)).AckAll(leader.StampTo(One));
        Assert.Equal(MembershipVerdict.Started, Do(leader, core => core.Remove(Two, leader.Now)));
    }

    [Fact]
    public void A_second_change_waits_for_the_commit_of_the_first()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(5), 0).LeadHeard();
        Assert.Equal(MembershipVerdict.Started, Do(leader, core => core.Remove(Two, leader.Now)));
        Assert.Equal(MembershipVerdict.ChangePending, Do(leader, core => core.Remove(One, leader.Now)));
        Commit(leader);
        Assert.Equal(MembershipVerdict.Started, Do(leader, core => core.Remove(One, leader.Now)));
    }

    [Fact]
    public void A_configuration_counts_from_its_append()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.Remove(Two, leader.Now));
        Assert.Equal(2, leader.Core.Configuration.Voters.Length);
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        leader.Do(core => core.Receive(Two, leader.Ack(2), leader.Now));
        Assert.Equal(new Lsn(1), leader.Core.Commit);
        leader.Do(core => core.Receive(One, leader.Ack(2), leader.Now));
        Assert.Equal(new Lsn(2), leader.Core.Commit);
        Assert.Equal(new Lsn(2), leader.Last(EffectKind.ConfigurationCommitted).Configuration!.Lsn);
    }

    [Fact]
    public void A_configuration_that_is_cut_counts_no_longer()
    {
        TestReplica replica = new TestReplica(Three, 1, TestReplica.Timeline((1, 1)), new Lsn(1), new Lsn(1));
        replica.Now += TestReplica.ElectionTimeout;
        replica.Do(core => core.Receive(TestReplica.Id(0), TestMessages.Notice(1), replica.Now));
        Pull pull = replica.Last(EffectKind.SendPull).Pull;
        replica.OnAppend = core => core.ConfigurationAppended(Three.Without(One).At(new Lsn(2)));
        replica.Do(core => core.Receive(TestReplica.Id(0), Records(pull, 1, 2), replica.Now));
        Assert.Equal(ReplicaRole.Learner, replica.Core.Role);
        replica.Do(core => core.Receive(Two, TestMessages.Notice(2), replica.Now));
        pull = replica.Last(EffectKind.SendPull).Pull;
        var diverged = new PullAnswer
        {
            Number = pull.Number, Term = new Term(2), Outcome = PullOutcome.Diverged, After = pull.After, Last = pull.After, SentAt = 5,
            Head = new Lsn(2), Timeline = [new TermStart(new Term(1), new Lsn(1)), new TermStart(new Term(2), new Lsn(2))],
        };
        replica.Do(core => core.Receive(Two, diverged, replica.Now));
        Assert.Equal(3, replica.Core.Configuration.Voters.Length);
        Assert.Equal(ReplicaRole.Follower, replica.Core.Role);
    }

    [Fact]
    public void A_newcomer_is_a_learner_in_an_incarnation_that_nobody_ever_had()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        Commit(leader);
        Do(leader, core => core.Remove(New, leader.Now));
        Commit(leader);
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        Assert.Equal(new Member(New, 3), Assert.Single(leader.Core.Configuration.Learners));
    }

    [Fact]
    public void An_ack_of_a_learner_does_not_move_the_commit_point()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 2), leader.Now));
        Assert.Equal(new Lsn(1), leader.Core.Commit);
    }

    [Fact]
    public void An_incarnation_is_told_only_once_it_is_committed()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        leader.Do(core => core.Receive(New, leader.Pull(1, 0, incarnation: 0), leader.Now));
        Assert.Equal(0, Refusal(leader).Incarnation);
        Commit(leader);
        leader.Do(core => core.Receive(New, leader.Pull(2, 0, incarnation: 0), leader.Now));
        Assert.Equal(2, Refusal(leader).Incarnation);
        leader.Do(core => core.Receive(New, leader.Pull(3, 0, incarnation: 2), leader.Now));
        Assert.Single(leader.Of(EffectKind.AnswerWithRecords));
    }

    [Fact]
    public void A_learner_that_is_behind_is_not_promoted()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        Commit(leader);
        Assert.Equal(MembershipVerdict.NotCaughtUp, Do(leader, core => core.Promote(New, leader.Now)));
        // Its first round takes too long, although it ends.
        leader.Do(core => core.Receive(New, leader.Ack(1, incarnation: 2), leader.Now));
        Keep(leader, 12);
        leader.Append(5);
        leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 2), leader.Now));
        Assert.Equal(MembershipVerdict.NotCaughtUp, Do(leader, core => core.Promote(New, leader.Now)));
        leader.Do(core => core.Receive(New, leader.Ack(7, incarnation: 2), leader.Now));
        Assert.Equal(MembershipVerdict.Started, Do(leader, core => core.Promote(New, leader.Now)));
        Assert.Equal(4, leader.Core.Configuration.Voters.Length);
    }

    [Fact]
    public void Copies_at_a_new_voter_answer_no_ack_n_while_the_old_ones_may_elect_without_it()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        Commit(leader);
        leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 2), leader.Now));
        leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 2), leader.Now));
        Assert.Equal(MembershipVerdict.Started, Do(leader, core => core.Promote(New, leader.Now)));
        leader.Append(1);
        Lsn committed = leader.Core.Commit;
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        leader.Do(core => core.Receive(New, leader.Ack(leader.Core.Last.Value, incarnation: 2), leader.Now));
        Assert.True(leader.Core.Configuration.IsVoter(New));
        Assert.Equal(committed, leader.Core.Commit);
        Assert.Equal(committed, leader.Core.ReachedBy(WritePolicy.AckN(1)));
        Commit(leader);
        Assert.Equal(leader.Core.Last, leader.Core.ReachedBy(WritePolicy.AckN(1)));
    }

    [Fact]
    public void A_learner_that_was_caught_up_and_then_fell_silent_is_not_promoted()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        Commit(leader);
        for (int i = 0; i < 3; i++)
            leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 2), leader.Now));
        Keep(leader, 11);
        Assert.Equal(MembershipVerdict.NotCaughtUp, Do(leader, core => core.Promote(New, leader.Now)));
    }

    [Fact]
    public void A_learner_that_is_to_vote_is_promoted_by_whoever_leads_when_it_has_caught_up()
    {
        var inherited = new Configuration(new Lsn(1), Three.Voters, [new Member(New, 4)], promoting: 1);
        TestReplica leader = new TestReplica(inherited, 0, TestReplica.Timeline((1, 1)), new Lsn(1)).LeadHeard();
        Assert.Empty(leader.Of(EffectKind.AppendConfiguration));
        leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 4), leader.Now));
        leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 4), leader.Now));
        Assert.Equal(4, leader.Core.Configuration.Voters.Length);
        Assert.Equal(0, leader.Core.Configuration.Promoting);
    }

    [Fact]
    public void Adding_a_voter_to_a_learner_only_adds_the_wish()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        Commit(leader);
        Do(leader, core => core.AddReplica(New, vote: true, leader.Now));
        Assert.True(leader.Core.Configuration.IsPromoting(New));
        Assert.Equal(2, leader.Core.Configuration.Learners[0].Incarnation);
    }

    [Fact]
    public void A_leader_that_removes_itself_leads_until_that_is_committed_and_does_not_count_itself()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.Remove(leader.Node, leader.Now));
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        leader.Do(core => core.Receive(One, leader.Ack(2), leader.Now));
        Assert.Equal(new Lsn(1), leader.Core.Commit);
        Assert.True(leader.Core.CanAppend);
        leader.Do(core => core.Receive(Two, leader.Ack(2), leader.Now));
        Assert.Equal(new Lsn(2), leader.Core.Commit);
        Assert.False(leader.Core.CanAppend);
        Assert.Single(leader.Of(EffectKind.SendTimeoutNow));
        for (int i = 0; i < 10; i++)
            leader.TickAfter(99_000).AckAll(leader.StampTo(One));
        leader.TickAfter(100_000);
        Assert.Equal(LeadershipLoss.Removed, leader.Last(EffectKind.RoleChanged).Loss);
        Assert.Equal(ReplicaRole.Learner, leader.Core.Role);
    }

    [Fact]
    public void A_leader_that_is_no_voter_any_more_reads_by_no_lease()
    {
        TestReplica leader = new TestReplica(Three, 0, settings: new ReplicaSettings { Reads = ReadMode.Lease }).LeadHeard();
        Do(leader, core => core.Remove(leader.Node, leader.Now));
        leader.Do(core => core.RequestRead(leader.Now));
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
    }

    [Fact]
    public void A_healthy_voter_is_not_removed_while_one_that_would_stay_is_silent()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Fall(leader, Two);
        Assert.Equal(MembershipVerdict.NoMajorityHeard, Do(leader, core => core.Remove(One, leader.Now)));
        Assert.Equal(MembershipVerdict.NoMajorityHeard, Do(leader, core => core.Remove(leader.Node, leader.Now)));
        Assert.Equal(3, leader.Core.Configuration.Voters.Length);
        Assert.Equal(MembershipVerdict.Started, Do(leader, core => core.Remove(Two, leader.Now)));
    }

    [Fact]
    public void A_healthy_voter_is_not_removed_while_one_that_would_stay_may_have_lost_something()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        leader.RefuseRecords = true; // Its renewal cannot be appended yet.
        leader.Do(core => core.Receive(Two, leader.Pull(1, 0, incarnation: -1), leader.Now));
        leader.RefuseRecords = false;
        Assert.Equal(MembershipVerdict.NoMajorityHeard, Do(leader, core => core.Remove(One, leader.Now)));
        Assert.Equal(MembershipVerdict.Started, Do(leader, core => core.Remove(Two, leader.Now)));
    }

    [Fact]
    public void A_learner_is_not_promoted_into_a_majority_that_is_not_heard()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0).LeadHeard();
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        Commit(leader);
        Fall(leader, Two);
        for (int i = 0; i < 3; i++)
            leader.Do(core => core.Receive(New, leader.Ack(core.Last.Value, incarnation: 2), leader.Now));
        // Three of four are needed; the learner has caught up but returned no stamp, and one voter is silent.
        Assert.Equal(MembershipVerdict.NoMajorityHeard, Do(leader, core => core.Promote(New, leader.Now)));
        long stamp = leader.StampTo(New);
        leader.Do(core => core.Receive(New, leader.Ack(core.Last.Value, stamp, incarnation: 2), leader.Now));
        Assert.Equal(MembershipVerdict.Started, Do(leader, core => core.Promote(New, leader.Now)));
    }

    [Fact]
    public void A_voter_that_waits_for_promotion_is_promoted_once_a_majority_is_heard_again()
    {
        var inherited = new Configuration(new Lsn(1), Three.Voters, [new Member(New, 4)], promoting: 1);
        TestReplica leader = new TestReplica(inherited, 0, TestReplica.Timeline((1, 1)), new Lsn(1)).Lead();
        for (int i = 0; i < 3; i++)
            leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 4), leader.Now));
        Assert.Equal(3, leader.Core.Configuration.Voters.Length);
        leader.AckAll(leader.StampTo(One));
        leader.TickAfter(1);
        Assert.Equal(4, leader.Core.Configuration.Voters.Length);
    }

    [Fact]
    public void A_member_that_was_never_spoken_to_is_told_who_leads_at_the_next_tick()
    {
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        Do(leader, core => core.AddReplica(New, vote: false, leader.Now));
        Assert.InRange(leader.Core.NextTickAt, 0, leader.Now);
        leader.TickAfter(1);
        Assert.Contains(leader.Of(EffectKind.SendLeaderNotice), effect => effect.To == New);
    }

    [Fact]
    public void Refusals_name_their_reason()
    {
        var replica = new TestReplica(TestReplica.Voters(1), 0);
        replica.Do(core => core.FlushedThrough(core.Last, replica.Now));
        Assert.Equal(MembershipVerdict.LastVoter, Do(replica, core => core.Remove(replica.Node, replica.Now)));
        Assert.Equal(MembershipVerdict.NotAMember, Do(replica, core => core.Remove(New, replica.Now)));
        Assert.Equal(MembershipVerdict.NotAMember, Do(replica, core => core.Promote(New, replica.Now)));
        Assert.Equal(MembershipVerdict.AlreadySo, Do(replica, core => core.Promote(replica.Node, replica.Now)));
        Assert.Equal(MembershipVerdict.AlreadySo, Do(replica, core => core.AddReplica(replica.Node, vote: true, replica.Now)));
        var follower = new TestReplica(Three, 1);
        Assert.Equal(MembershipVerdict.NotLeader, Do(follower, core => core.AddReplica(New, vote: true, follower.Now)));
        TestReplica leader = new TestReplica(Three, 0).LeadHeard();
        leader.Do(core => core.TransferLeadership(One, TransferReason.Requested, leader.Now));
        Assert.Equal(MembershipVerdict.Transferring, Do(leader, core => core.Remove(Two, leader.Now)));
    }

    [Fact]
    public void A_record_that_cannot_be_appended_changes_nothing_and_is_tried_again()
    {
        var inherited = new Configuration(new Lsn(1), Three.Voters, [new Member(New, 4)], promoting: 1);
        TestReplica leader = new TestReplica(inherited, 0, TestReplica.Timeline((1, 1)), new Lsn(1)).LeadHeard();
        leader.RefuseRecords = true;
        leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 4), leader.Now));
        leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 4), leader.Now));
        Assert.Equal(3, leader.Core.Configuration.Voters.Length);
        leader.RefuseRecords = false;
        leader.TickAfter(400_000);
        leader.Do(core => core.Receive(New, leader.Ack(2, incarnation: 4), leader.Now));
        Assert.Equal(4, leader.Core.Configuration.Voters.Length);
    }

    /// <summary>One voter says nothing for longer than an election timeout.</summary>
    private static void Fall(TestReplica leader, Guid silent)
    {
        for (int i = 0; i < 11; i++)
        {
            leader.Now += TestReplica.ElectionTimeout / 10;
            leader.AckAllBut(silent, leader.StampTo(One));
        }
    }

    /// <summary>Time passes while the other voters stay in touch.</summary>
    private static void Keep(TestReplica leader, int tenths)
    {
        for (int i = 0; i < tenths; i++)
        {
            leader.Now += TestReplica.ElectionTimeout / 10;
            leader.AckAllVoters(leader.StampTo(One));
        }
    }

    private static void Commit(TestReplica leader)
    {
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        leader.AckAllVoters();
        Assert.Equal(leader.Core.Last, leader.Core.Commit);
    }

    private static PullAnswer Refusal(TestReplica leader)
    {
        PullAnswer answer = leader.Last(EffectKind.SendPullAnswer).PullAnswer;
        Assert.Equal(PullOutcome.NotRegistered, answer.Outcome);
        return answer;
    }

    private static PullAnswer Records(Pull to, long term, long last) => new()
    {
        Number = to.Number, Term = new Term(term), Outcome = PullOutcome.Records, After = to.After, Last = new Lsn(last), SentAt = 2,
    };

    private static MembershipVerdict Do(TestReplica replica, Func<ReplicaCore, MembershipVerdict> wish)
    {
        MembershipVerdict verdict = default;
        replica.Do(core => verdict = wish(core));
        return verdict;
    }
}
