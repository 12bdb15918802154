using Cluster.Actors.Shards.Core;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class PeerClocksTests
{
    private const long Skew = 500_000;

    [Theory]
    [InlineData("", ClockVerdict.Trusted)]
    [InlineData("9000000", ClockVerdict.Trusted)]
    [InlineData("100000 -200000", ClockVerdict.Trusted)]
    [InlineData("9000000 100000", ClockVerdict.Trusted)]
    [InlineData("9000000 9100000", ClockVerdict.Wrong)]
    [InlineData("-9000000 -9100000 -8900000", ClockVerdict.Wrong)]
    [InlineData("9000000 20000000", ClockVerdict.Doubtful)]
    [InlineData("100 200 90000000", ClockVerdict.Trusted)]
    public void Only_peers_that_agree_say_that_the_own_clock_is_wrong(string offsets, ClockVerdict expected)
    {
        PeerClocks clocks = Heard(offsets);
        Assert.Equal(expected, clocks.Judge(0));
    }

    [Fact]
    public void One_bad_clock_is_not_followed()
    {
        PeerClocks clocks = Heard("9000000 100000");
        Assert.False(clocks.MayFollow(10_000_000 + 9_000_000, 10_000_000, 0));
        Assert.True(clocks.MayFollow(10_000_000 + Skew, 10_000_000, 0));
    }

    [Fact]
    public void A_node_whose_own_clock_is_behind_follows_the_others()
    {
        PeerClocks clocks = Heard("9000000 9100000");
        Assert.True(clocks.MayFollow(10_000_000 + 9_200_000, 10_000_000, 0));
        Assert.False(clocks.MayFollow(10_000_000 + 19_000_000, 10_000_000, 0));
    }

    [Fact]
    public void What_was_heard_long_ago_says_nothing()
    {
        PeerClocks clocks = Heard("9000000 9100000");
        Assert.Equal(ClockVerdict.Trusted, clocks.Judge(PeerClocks.FreshMicros + 1));
    }

    [Fact]
    public void A_word_heard_before_the_own_clock_was_put_right_agrees_with_a_later_one_of_another_wrong_clock()
    {
        const long trueTime = 1_000_000_000;
        var clocks = new PeerClocks(Skew);
        clocks.Heard(TestReplica.Id(1), trueTime + 166_500_000, trueTime - 108_200_000, now: 0);
        clocks.Heard(TestReplica.Id(2), trueTime + 1_000_000 + 274_900_000, trueTime + 1_000_000, now: 1_000_000);
        Assert.NotEqual(ClockVerdict.Wrong, clocks.Judge(1_000_000));
        Assert.False(clocks.MayFollow(trueTime + 1_000_000 + 274_900_000, trueTime + 1_000_000, 1_000_000));
    }

    private static PeerClocks Heard(string offsets)
    {
        var clocks = new PeerClocks(Skew);
        int peer = 1;
        foreach (string offset in offsets.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            clocks.Heard(TestReplica.Id(peer++), 10_000_000 + long.Parse(offset), 10_000_000, 0);
        return clocks;
    }
}
