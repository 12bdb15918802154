using Cluster.Actors.Peers.Parking;
using Xunit;

namespace Cluster.Actors.Tests.Peers;

/// <summary>Two nodes' views of the shards that are parked on both, over heartbeats that the test carries.</summary>
public sealed class NodePairTests
{
    private const long Patience = 400;
    private readonly NodePair _a = new(() => { });
    private readonly NodePair _b = new(() => { });
    private readonly List<VouchChange> _vouched = [];
    private long _now = 1000;

    [Fact]
    public void Both_sides_credit_each_other_while_both_vouch()
    {
        BothPark(7, 3);
        long sent = Exchange();
        Exchange();
        var leader = _a.Leave(7);
        Assert.True(leader.EchoedAt > sent);
        Assert.Equal(_now, leader.HeardAt);
        Assert.Equal(_now - 1, _b.Leave(7).HeardAt);
    }

    [Fact]
    public void A_stamp_that_was_given_out_before_the_shard_was_vouched_for_proves_nothing_for_it()
    {
        Exchange();
        _b.Vouch(7, 3, _now);
        // A's stamp left before A vouched; B returns it with a list that has the shard.
        long early = Send(_a, _b);
        _a.Vouch(7, 3, _now);
        Send(_b, _a);
        Assert.True(early > 0);
        Assert.Equal(0, _a.Leave(7).EchoedAt);
    }

    [Fact]
    public void After_a_shard_has_left_no_heartbeat_vouches_for_it()
    {
        BothPark(7, 3);
        Exchange();
        _b.Leave(7);
        long before = _now;
        Exchange();
        Exchange();
        Assert.True(_a.Leave(7).EchoedAt <= before);
    }

    [Fact]
    public void A_lost_change_counts_for_nothing_until_the_list_is_known_again()
    {
        BothPark(7, 3);
        Exchange();
        long heard = _now;
        _a.Vouch(8, 1, _now);
        _a.Write(process: 1, ++_now); // lost
        Assert.False(_b.Take(_a.Write(1, ++_now), ++_now, _vouched));
        Assert.True(_b.Leave(7).HeardAt <= heard);
        _b.Vouch(7, 3, _now);
        Exchange();
        Assert.True(_b.Take(_a.Write(1, ++_now), ++_now, _vouched));
        Assert.Contains(new VouchChange(8, 1), _vouched);
        Assert.Equal(_now, _b.Leave(7).HeardAt);
    }

    [Fact]
    public void A_list_of_another_term_counts_for_nothing()
    {
        BothPark(7, 3);
        Exchange();
        _a.Leave(7);
        _a.Vouch(7, 4, _now);
        long before = _now;
        Exchange();
        Assert.True(_b.Leave(7).HeardAt <= before);
        Assert.Equal(0, _a.Leave(7).EchoedAt);
    }

    [Fact]
    public void A_shard_with_work_for_an_actor_that_does_not_take_it_is_not_vouched_for()
    {
        BothPark(7, 3);
        BothPark(8, 3);
        Exchange();
        _a.Withdraw(7);
        long before = _now;
        Exchange();
        _now += Patience;
        Exchange();
        var doubtful = Doubtful(_b);
        Assert.Equal([7], doubtful);
        Assert.True(_b.Leave(7).HeardAt <= before);
        Assert.Equal(_now - 1, _b.Leave(8).HeardAt);
        // What the actor takes once it moves again is of the time before.
        Assert.True(_a.Leave(7).HeardAt <= before);
    }

    [Fact]
    public void Silence_makes_every_shard_doubtful_and_a_word_none()
    {
        BothPark(7, 3);
        BothPark(8, 1);
        Exchange();
        Exchange();
        Assert.Empty(Doubtful(_a));
        _now += Patience + 2;
        Assert.Equal([7, 8], Doubtful(_a).Order());
        Exchange();
        Assert.Empty(Doubtful(_a));
    }

    [Fact]
    public void A_new_process_there_vouches_for_nothing_and_the_credits_of_the_old_one_stay()
    {
        BothPark(7, 3);
        Exchange();
        long heard = _now;
        _a.Reset(_now);
        _now += Patience + 1;
        Assert.Equal([7], Doubtful(_a));
        var contact = _a.Leave(7);
        Assert.InRange(contact.HeardAt, 1, heard);
    }

    [Fact]
    public void The_whole_list_ends_what_it_does_not_name()
    {
        BothPark(7, 3);
        BothPark(8, 3);
        Exchange();
        _a.Leave(8);
        _a.Reset(_now);
        Assert.True(_b.Take(_a.Write(1, ++_now), ++_now, _vouched));
        _now += Patience + 1;
        Assert.Contains(8, Doubtful(_b));
    }

    [Fact]
    public void Nothing_parked_needs_no_word()
    {
        Assert.False(_a.Speaks);
        BothPark(7, 3);
        Assert.True(_a.Speaks);
        Exchange();
        _a.Leave(7);
        _b.Leave(7);
        Exchange();
        Assert.False(_a.Speaks || _b.Speaks);
    }

    private void BothPark(int shard, long term)
    {
        _a.Vouch(shard, term, _now);
        _b.Vouch(shard, term, _now);
    }

    private List<int> Doubtful(NodePair pair)
    {
        var shards = new List<int>();
        pair.Doubtful(_now, Patience, shards);
        return shards;
    }

    /// <summary>A heartbeat each way; the stamp of A's.</summary>
    private long Exchange()
    {
        long stamp = Send(_a, _b);
        Send(_b, _a);
        return stamp;
    }

    private long Send(NodePair from, NodePair to)
    {
        var heartbeat = from.Write(process: 1, ++_now);
        to.Take(heartbeat, _now, _vouched);
        return heartbeat.Stamp;
    }
}
