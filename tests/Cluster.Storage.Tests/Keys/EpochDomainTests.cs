using Cluster.Storage.Keys;
using Xunit;

namespace Cluster.Storage.Tests.Keys;

public class EpochDomainTests
{
    [Fact]
    public void A_reader_that_came_before_the_unlinking_is_overlooked()
    {
        var epochs = new EpochDomain();
        var guard = epochs.Enter();
        var epoch = epochs.Advance();
        Assert.True(epochs.OldestReader() < epoch);
        guard.Dispose();
        Assert.True(epochs.OldestReader() >= epoch);
    }

    [Fact]
    public void A_reader_that_came_after_the_unlinking_holds_back_the_free()
    {
        var epochs = new EpochDomain();
        var epoch = epochs.Advance();
        using var guard = epochs.Enter();
        Assert.True(epochs.OldestReader() >= epoch);
    }

    [Fact]
    public void Nested_readers_of_one_thread_share_a_mark()
    {
        var epochs = new EpochDomain();
        var outer = epochs.Enter();
        var epoch = epochs.Advance();
        var inner = epochs.Enter();
        inner.Dispose();
        Assert.True(epochs.OldestReader() < epoch, "the outer reader is still inside");
        outer.Dispose();
        Assert.True(epochs.OldestReader() >= epoch);
    }
}
