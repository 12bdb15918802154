using Cluster.Simulation.Checks;
using Cluster.Simulation.Clients;
using Xunit;

namespace Cluster.Simulation.CoreTests;

/// <summary>A checker that never complains is worth nothing.</summary>
public sealed class LinearizabilityCheckerTests
{
    private readonly HistoryKey _key = new(0, 1, KeyWorkload.Register);
    private long _id;

    [Fact]
    public void A_stale_read_is_found() =>
        Assert.False(Judge(Done(OperationKind.Set, 1, 0, 10, 1), Done(OperationKind.Set, 2, 20, 30, 1), Done(OperationKind.Get, 0, 40, 50, 1)));

    [Fact]
    public void Concurrent_operations_may_take_effect_in_any_order()
    {
        Assert.True(Judge(Done(OperationKind.Set, 1, 0, 30, 1), Done(OperationKind.Set, 2, 10, 20, 1), Done(OperationKind.Get, 0, 40, 50, 1)));
        Assert.True(Judge(Done(OperationKind.Set, 1, 0, 30, 1), Done(OperationKind.Set, 2, 10, 20, 1), Done(OperationKind.Get, 0, 40, 50, 2)));
    }

    [Fact]
    public void An_unknown_write_may_have_happened_or_not_but_not_in_turn()
    {
        Operation lost = Open(OperationKind.Set, 1, 0);
        Assert.True(Judge(lost, Done(OperationKind.Get, 0, 40, 50, 0)));
        Assert.True(Judge(lost, Done(OperationKind.Get, 0, 40, 50, 1)));
        Assert.False(Judge(lost, Done(OperationKind.Get, 0, 40, 50, 1), Done(OperationKind.Get, 0, 60, 70, 0)));
        Assert.True(Judge(lost, Done(OperationKind.Get, 0, 40, 50, 0), Done(OperationKind.Get, 0, 60, 70, 1)));
    }

    [Fact]
    public void Two_successful_conditional_writes_need_a_delete_between_them()
    {
        Operation first = Done(OperationKind.SetIfAbsent, 1, 0, 10, 1);
        Operation second = Done(OperationKind.SetIfAbsent, 2, 20, 30, 1);
        Assert.False(Judge(first, second));
        Assert.True(Judge(first, Done(OperationKind.Delete, 0, 5, 25, 1), second));
        Assert.False(Judge(first, Done(OperationKind.Delete, 0, 5, 25, 0), second));
    }

    [Fact]
    public void The_shortest_bad_prefix_ends_with_the_impossible_answer()
    {
        Operation[] history =
        [
            Done(OperationKind.Set, 1, 0, 10, 1), Done(OperationKind.Get, 0, 20, 30, 1), Done(OperationKind.Get, 0, 40, 50, 0),
            Done(OperationKind.Get, 0, 60, 70, 1),
        ];
        Assert.Equal(50, new LinearizabilityChecker().FirstBadMoment(history));
    }

    private static bool Judge(params Operation[] operations) => new LinearizabilityChecker().IsLinearizable(operations);

    private Operation Open(OperationKind kind, long value, long invokedAt) => new(++_id, kind, _key, value, 0, Cluster.Actors.Shards.Core.WritePolicy.Quorum, invokedAt);

    private Operation Done(OperationKind kind, long value, long invokedAt, long returnedAt, long result)
    {
        Operation operation = Open(kind, value, invokedAt);
        operation.Complete(Outcome.Ok, result, returnedAt);
        return operation;
    }
}
