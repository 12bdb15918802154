using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class LeaseTests
{
    private static readonly Guid One = TestReplica.Id(1);
    private static readonly Guid Two = TestReplica.Id(2);
    private static readonly ReplicaSettings Lease = new() { Reads = ReadMode.Lease };

    [Fact]
    public void A_read_under_the_lease_needs_no_round()
    {
        TestReplica leader = Leased();
        long ticket = Read(leader);
        Assert.Equal(ticket, leader.Last(EffectKind.ReadsConfirmed).Ticket);
        Assert.Empty(leader.Of(EffectKind.SendPullAnswer));
    }

    [Fact]
    public void The_lease_counts_from_the_sending_of_what_was_echoed_not_from_its_return()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0, settings: Lease).Lead();
        long stamp = leader.StampTo(One);
        leader.Now += Lease.LeaseMicros - 1;
        leader.AckAll(stamp);
        Read(leader);
        Assert.Single(leader.Of(EffectKind.ReadsConfirmed));
        leader.Now += 1;
        Read(leader);
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
    }

    [Fact]
    public void The_lease_ends_before_a_voter_with_a_faster_clock_may_vote_again() =>
        Assert.Equal(900_000, Lease.LeaseMicros);

    [Fact]
    public void Stamps_that_ran_ahead_of_the_clock_do_not_lengthen_the_lease()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0, settings: Lease).Lead();
        long stamp = 0;
        for (int i = 0; i < 500; i++)
            stamp = leader.StampTo(One);
        Assert.True(stamp >= leader.Now + 400);
        leader.AckAll(stamp);
        leader.Now += Lease.LeaseMicros;
        Read(leader);
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
    }

    [Fact]
    public void An_echo_of_a_minority_is_no_lease()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(5), 0, settings: Lease).Lead();
        long stamp = leader.StampTo(One);
        leader.Do(core => core.Receive(One, leader.Ack(1, stamp), leader.Now));
        Read(leader);
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
        leader.Do(core => core.Receive(Two, leader.Ack(1, stamp), leader.Now));
        Assert.Single(leader.Of(EffectKind.ReadsConfirmed));
    }

    [Fact]
    public void A_lease_serves_nothing_before_the_no_op_is_committed()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0, settings: Lease).Elect();
        long stamp = leader.StampTo(One);
        leader.Do(core => core.Receive(One, leader.Ack(0, stamp), leader.Now));
        Read(leader);
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
        leader.Do(core => core.FlushedThrough(core.Last, leader.Now));
        leader.Do(core => core.Receive(One, leader.Ack(1, stamp), leader.Now));
        Assert.Single(leader.Of(EffectKind.ReadsConfirmed));
    }

    [Fact]
    public void No_read_rests_on_the_lease_once_TimeoutNow_was_sent_even_if_the_transfer_fails()
    {
        TestReplica leader = Leased();
        leader.Do(core => core.TransferLeadership(One, TransferReason.Requested, leader.Now));
        Assert.Single(leader.Of(EffectKind.SendTimeoutNow));
        Read(leader);
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
        for (int i = 0; i < 12 && leader.Of(EffectKind.TransferFailed).Count == 0; i++)
        {
            leader.AckAll(leader.StampTo(One));
            leader.TickAfter(100_000);
        }

        Assert.True(leader.Core.CanAppend);
        leader.AckAll(leader.StampTo(One));
        Read(leader);
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
        // A round still serves.
        leader.AckAll(leader.StampTo(One));
        Assert.Single(leader.Of(EffectKind.ReadsConfirmed));
    }

    [Fact]
    public void A_lease_confirms_a_read_that_began_as_a_round()
    {
        TestReplica leader = Leased();
        leader.Now += Lease.LeaseMicros;
        long late = leader.StampTo(One);
        long ticket = Read(leader);
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
        leader.AckAll(late);
        Assert.Equal(ticket, leader.Last(EffectKind.ReadsConfirmed).Ticket);
    }

    [Fact]
    public void Without_the_setting_every_read_takes_a_round()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0).Lead();
        leader.AckAll(leader.StampTo(One));
        Read(leader);
        Assert.Empty(leader.Of(EffectKind.ReadsConfirmed));
    }

    private static TestReplica Leased()
    {
        TestReplica leader = new TestReplica(TestReplica.Voters(3), 0, settings: Lease).Lead();
        return leader.AckAll(leader.StampTo(One));
    }

    private static long Read(TestReplica leader)
    {
        long ticket = 0;
        leader.Do(core => ticket = core.RequestRead(leader.Now));
        Assert.True(ticket > 0);
        return ticket;
    }
}
