using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Stores;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Layout;

public sealed class ArchiveLeaseTests
{
    private static readonly Guid Node = new("aaaaaaaa-0000-0000-0000-000000000001");
    private readonly MemoryObjectStore _store = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Two_processes_of_one_node_both_archive()
    {
        var one = Lease(1);
        var two = Lease(2);
        Assert.Equal(LeaseOutcome.Held, await one.RenewAsync([]));
        Assert.Equal(LeaseOutcome.Waiting, await two.RenewAsync([]));
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(LeaseOutcome.Held, await one.RenewAsync([new ArchiveHead(0, new Lsn(i + 1), 5)]));
            Assert.Equal(LeaseOutcome.Others, await two.RenewAsync([]));
            Assert.True(one.IsHeld && !two.IsHeld);
        }

        // The holder falls silent: it stops trusting its lease before the other may take it.
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(LeaseOutcome.Waiting, await two.RenewAsync([]));
        Assert.True(one.IsHeld);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(one.IsHeld);
        Assert.Equal(LeaseOutcome.Held, await two.RenewAsync([]));
        Assert.Equal(LeaseOutcome.Others, await one.RenewAsync([]));
        Assert.True(two.IsHeld && !one.IsHeld);
    }

    [Fact]
    public async Task A_lease_that_was_given_up_is_waited_for()
    {
        var one = Lease(1);
        await one.RenewAsync([]);
        await one.ReleaseAsync([new ArchiveHead(3, new Lsn(9), 7)]);
        Assert.False(one.IsHeld);
        Assert.Equal(LeaseOutcome.Held, await Lease(2).RenewAsync([new ArchiveHead(3, new Lsn(9), 7)]));
        var document = ArchiveLeaseDocument.Decode(_store.Objects["root/" + ArchiveNames.Lease(Node)], ArchiveNames.Lease(Node));
        Assert.Equal((new Guid(2, 0, 0, new byte[8]), 3, new ArchiveHead(3, new Lsn(9), 7)), (document.Process, document.Renewal, document.Heads[0]));
    }

    [Fact]
    public async Task Of_two_that_take_a_dead_ones_lease_both_have_it()
    {
        await Lease(1).RenewAsync([]);
        var two = Lease(2);
        var three = Lease(3);
        await two.RenewAsync([]);
        await three.RenewAsync([]);
        _time.Advance(ArchiveLease.Duration);
        var outcomes = await Task.WhenAll(two.RenewAsync([]), three.RenewAsync([]));
        Assert.Single(outcomes, LeaseOutcome.Held);
    }

    [Fact]
    public async Task A_store_without_conditions_has_a_lease()
    {
        var store = new MemoryObjectStore { Protections = StoreProtections.All with { Replaces = false } };
        Assert.Equal(LeaseOutcome.NotPossible, await new ArchiveLease(store, "root/", Node, Guid.NewGuid(), _time).RenewAsync([]));
        Assert.Empty(store.Objects);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_ends_a_lease_at_once_or_never()
    {
        var one = Lease(1);
        await one.RenewAsync([]);
        _store.Fault = static (_, _) => StoreFault.Error;
        await Assert.ThrowsAsync<ObjectStoreException>(() => one.RenewAsync([]));
        Assert.True(one.IsHeld);
        _time.Advance(ArchiveLease.Duration);
        Assert.False(one.IsHeld);
        _store.Fault = null;
        Assert.Equal(LeaseOutcome.Held, await one.RenewAsync([]));
    }

    private ArchiveLease Lease(int process) => new(_store, "root/", Node, new Guid(process, 0, 0, new byte[8]), _time);
}
