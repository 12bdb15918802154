using Cluster.Actors.Shards;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class BackOffTests
{
    /// <summary>Else the first short break after a long outage costs as long a wait as the outage ended with.</summary>
    [Fact]
    public void A_wait_that_grew_in_an_outage_stays_long_after_it()
    {
        var backOff = new BackOff();
        for (int i = 0; i < 20; i++) backOff.Next("nobody answers", refused: false);
        Assert.Equal(BackOff.Longest, backOff.Next("nobody answers", refused: false));
        backOff.Cancel();
        Assert.Equal(BackOff.First, backOff.Next("nobody answers", refused: false));
        Assert.Equal(BackOff.First * 2, backOff.Next("nobody answers", refused: false));
        Assert.Equal(BackOff.First, backOff.Next("another cluster", refused: true));
    }

    [Fact]
    public void A_wait_grows_without_bound()
    {
        var backOff = new BackOff();
        for (int i = 0; i < 100; i++)
        {
            Assert.InRange(backOff.Next("silence", refused: false), BackOff.First, BackOff.Longest);
        }

        for (int i = 0; i < 100; i++)
        {
            Assert.InRange(backOff.Next("refused", refused: true), BackOff.First, BackOff.LongestRefused);
        }
    }
}
