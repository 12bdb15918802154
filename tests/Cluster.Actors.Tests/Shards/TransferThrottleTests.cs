using Cluster.Actors.Shards;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Actors.Tests.Shards;

public sealed class TransferThrottleTests
{
    private const int Chunk = 256 << 10;

    [Fact]
    public void Without_clients_nothing_is_held_back()
    {
        var throttle = new TransferThrottle(new ManualTimeProvider());
        for (int i = 0; i < 10_000; i++) Assert.True(throttle.TryTake(Chunk, out _));
    }

    [Fact]
    public void Beside_clients_a_transfer_has_its_floor_and_no_more()
    {
        var time = new ManualTimeProvider();
        var throttle = new TransferThrottle(time);
        double rate = Run(time, throttle, seconds: 10, commandsPerSecond: 50_000, bytesPerSecond: 5 << 20);
        Assert.InRange(rate, TransferThrottle.FloorBytesPerSecond * 0.95, TransferThrottle.FloorBytesPerSecond * 1.1);
    }

    [Fact]
    public void A_transfer_gains_on_a_log_that_grows_faster_than_the_floor()
    {
        var time = new ManualTimeProvider();
        var throttle = new TransferThrottle(time);
        const long Growth = 80 << 20;
        double rate = Run(time, throttle, seconds: 10, commandsPerSecond: 50_000, Growth);
        Assert.InRange(rate, Growth * 1.3, Growth * 1.7);
    }

    [Fact]
    public void Once_the_clients_have_gone_it_is_free_again()
    {
        var time = new ManualTimeProvider();
        var throttle = new TransferThrottle(time);
        Run(time, throttle, seconds: 2, commandsPerSecond: 50_000, bytesPerSecond: 5 << 20);
        Run(time, throttle, seconds: 2, commandsPerSecond: 0, bytesPerSecond: 0);
        Assert.Equal(double.PositiveInfinity, throttle.BytesPerSecond);
    }

    /// <summary>Bytes per second that were let through, over all but the first second.</summary>
    private static double Run(ManualTimeProvider time, TransferThrottle throttle, int seconds, long commandsPerSecond, long bytesPerSecond)
    {
        long taken = 0;
        for (int ms = 0; ms < seconds * 1000; ms += 10)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            throttle.Note(commandsPerSecond / 100, bytesPerSecond / 100);
            for (int i = 0; i < 1000 && throttle.TryTake(Chunk, out _); i++) taken += ms < 1000 ? 0 : Chunk;
        }

        return taken / (seconds - 1.0);
    }
}
