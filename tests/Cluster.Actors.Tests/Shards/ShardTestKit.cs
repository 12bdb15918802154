using Akka.TestKit.Xunit2;

namespace Cluster.Actors.Tests.Shards;

/// <summary>What tests of shards wait with. All waits are for events that come: how long they may take matters only when they don't.</summary>
public abstract class ShardTestKit : TestKit
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The kit's own intervals are a tenth of the wait for conditions, 100 ms for assertions.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    protected Task Until(Func<bool> condition) => AwaitConditionAsync(() => Task.FromResult(condition()), Patience, Look);

    protected Task UntilHolds(Action assertion) => AwaitAssertAsync(assertion, Patience, Look);

    protected Task UntilHolds(Func<Task> assertion) => AwaitAssertAsync(assertion, Patience, Look);

    /// <summary>The leader at this moment. A machine that pauses longer than the election timeout may depose it at any other: it is a node to aim at, nothing more.</summary>
    private protected async Task<TestShardNode> LeaderOf(TestShards shards)
    {
        TestShardNode? leader = null;
        await Until(() => (leader = shards.Leader) is not null);
        return leader!;
    }
}
