using System;
using System.Collections.Immutable;
using System.Linq;
using Akka.Cluster;
using Akka.Cluster.Membership;
using Akka.Cluster.SBR;
using Xunit;

namespace Akka.Twin.Tests.ClusterMembership.Sbr;

/// <summary>When a decision is taken: three members a, b, c; stable-after 10 s, unstable after 10 + 5 s.</summary>
public sealed class SplitBrainCoreTests
{
    private static readonly UniqueAddress A = Picture.Node("a");
    private static readonly UniqueAddress B = Picture.Node("b");
    private static readonly UniqueAddress C = Picture.Node("c");

    [Fact]
    public void Nobody_is_downed_while_all_are_reachable()
    {
        var core = Core(A);
        core.Observe(Members(), 0);
        Assert.Empty(core.Decide(1_000_000, out _));
    }

    [Fact]
    public void The_decision_waits_until_it_was_stable_for_long_enough()
    {
        var core = Core(A);
        core.Observe(Members(), 0);
        core.Observe(Members(lost: [C]), 1_000);
        Assert.Empty(core.Decide(10_999, out _));
        Assert.Equal("c", Picture.Names(core.Decide(11_000, out var cause)));
        Assert.Equal(DowningCause.Stable, cause);
    }

    [Fact]
    public void It_is_repeated_until_it_is_carried_out()
    {
        var core = Core(A);
        core.Observe(Members(lost: [C]), 0);
        Assert.Equal("c", Picture.Names(core.Decide(10_000, out _)));
        Assert.Equal("c", Picture.Names(core.Decide(10_200, out _)));
        core.Observe(Members(lost: [C], down: [C]), 10_300);
        Assert.Empty(core.Decide(30_000, out _));
    }

    [Fact]
    public void Who_comes_back_in_time_is_spared()
    {
        var core = Core(A);
        core.Observe(Members(lost: [C]), 0);
        core.Observe(Members(), 9_000);
        Assert.Empty(core.Decide(100_000, out _));
    }

    [Fact]
    public void A_further_loss_starts_the_wait_anew()
    {
        var core = Core(A, members: 5);
        core.Observe(Members(5, lost: [C]), 0);
        core.Observe(Members(5, lost: [C, B]), 4_000);
        Assert.Empty(core.Decide(13_999, out _));
        Assert.Equal("b c", Picture.Names(core.Decide(14_000, out _)));
    }

    [Fact]
    public void A_member_that_becomes_Up_starts_the_wait_anew_and_a_newcomer_does_not()
    {
        var core = Core(A);
        core.Observe(Members(lost: [C]), 0);
        core.Observe(Members(4, lost: [C], joining: [Picture.Node("d")]), 5_000);
        Assert.Equal("c", Picture.Names(core.Decide(10_000, out _)));
        core.Observe(Members(4, lost: [C]), 10_000);
        Assert.Empty(core.Decide(14_999, out _)); // by then it is unstable as well: see below
    }

    [Fact]
    public void Only_the_leader_of_a_side_decides_for_it()
    {
        var core = Core(B);
        core.Observe(Members(lost: [C]), 0);
        Assert.Empty(core.Decide(14_000, out _));
    }

    [Fact]
    public void The_next_one_leads_when_the_leader_is_what_was_lost()
    {
        var core = Core(B);
        core.Observe(Members(lost: [A], by: B), 0);
        Assert.Equal("a", Picture.Names(core.Decide(10_000, out _)));
    }

    [Fact]
    public void A_node_that_is_only_joining_decides_nothing()
    {
        var core = Core(A);
        core.Observe(Members(1, joining: [A]), 0);
        core.Observe(Members(2, joining: [A, B], lost: [B]), 0);
        Assert.Empty(core.Decide(14_000, out _));
    }

    [Fact]
    public void When_the_changes_do_not_end_every_node_downs_all()
    {
        var core = Core(B);
        for (long now = 0; now < 15_000; now += 1_000)
        {
            core.Observe(now % 2_000 == 0 ? Members(lost: [C]) : Members(lost: [C, A]), now);
            Assert.Empty(core.Decide(now, out _));
        }

        Assert.Equal("a c b", Picture.Names(core.Decide(15_001, out var cause)));
        Assert.Equal(DowningCause.Unstable, cause);
    }

    [Fact]
    public void When_all_have_come_back_the_changes_are_counted_from_the_next()
    {
        var core = Core(B);
        core.Observe(Members(lost: [C]), 0);
        core.Observe(Members(), 9_000);
        core.Observe(Members(lost: [C]), 14_000);
        Assert.Empty(core.Decide(16_000, out _));
    }

    [Fact]
    public void Endless_changes_are_borne_if_so_configured()
    {
        var core = new SplitBrainCore(new KeepMajority(null), B, 10_000, 0);
        core.Observe(Members(lost: [C]), 0);
        Assert.Empty(core.Decide(1_000_000, out _));
    }

    private static SplitBrainCore Core(UniqueAddress self, int members = 3)
    {
        var core = new SplitBrainCore(new KeepMajority(null), self, 10_000, 5_000);
        core.Observe(Members(members), -100_000);
        return core;
    }

    private static Gossip Members(int count = 3, UniqueAddress[] lost = null, UniqueAddress[] down = null, UniqueAddress[] joining = null, UniqueAddress by = null)
    {
        var members = Enumerable.Range(0, count).Select(i => ((char)('a' + i)).ToString()).Select((name, i) =>
        {
            var node = Picture.Node(name);
            var status = down?.Contains(node) == true ? MemberStatus.Down : joining?.Contains(node) == true ? MemberStatus.Joining : MemberStatus.Up;
            return Picture.MemberOf(name, status, i + 1);
        });
        var records = (lost ?? []).Select(n => new ReachabilityRecord(by ?? (n.Equals(A) ? B : A), n, ReachabilityStatus.Unreachable, 1)).ToImmutableList();
        return new Gossip(
            members.ToImmutableSortedSet(), ImmutableHashSet<UniqueAddress>.Empty, new Reachability(records, ImmutableDictionary<UniqueAddress, long>.Empty), VectorClock.Empty);
    }
}
