using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;
using Xunit;

namespace Cluster.Simulation.CoreTests;

public sealed class ReleaseQueueTests
{
    private readonly ReleaseQueue<int> _queue = new();

    [Fact]
    public void A_blind_write_waits_for_its_commit_under_quorum_and_for_the_own_disk_under_local()
    {
        _queue.Add(1, ReplyDependency.BlindWrite(new Lsn(5), CommitPolicy.Quorum));
        _queue.Add(2, ReplyDependency.BlindWrite(new Lsn(6), CommitPolicy.Local));
        _queue.FlushedThrough(new Lsn(6));
        Assert.Equal([2], Released());
        _queue.CommitAdvanced(new Lsn(4));
        Assert.Empty(Released());
        _queue.CommitAdvanced(new Lsn(5));
        Assert.Equal([1], Released());
        Assert.False(_queue.WantsTicket);
    }

    [Fact]
    public void A_failed_condition_waits_for_what_it_saw_and_then_for_a_round()
    {
        _queue.Add(1, ReplyDependency.Look(new Lsn(5)));
        Assert.False(_queue.WantsTicket);
        _queue.CommitAdvanced(new Lsn(5));
        Assert.True(_queue.WantsTicket);
        Assert.Empty(Released());
        _queue.TicketTaken(10);
        _queue.ReadsConfirmed(9);
        Assert.Empty(Released());
        _queue.ReadsConfirmed(10);
        Assert.Equal([1], Released());
    }

    [Fact]
    public void A_conditional_write_under_local_waits_for_all_three()
    {
        _queue.Add(1, ReplyDependency.Write(new Lsn(8), new Lsn(5), CommitPolicy.Local));
        _queue.CommitAdvanced(new Lsn(5));
        Assert.False(_queue.WantsTicket);
        _queue.FlushedThrough(new Lsn(8));
        _queue.TicketTaken(3);
        Assert.Empty(Released());
        _queue.ReadsConfirmed(3);
        Assert.Equal([1], Released());
    }

    [Fact]
    public void Waiters_leave_in_LSN_order_whatever_the_order_they_came_in()
    {
        var random = new SimulationRandom(3);
        for (int i = 0; i < 1_000; i++)
            _queue.Add(random.Below(500), default);
        while (_queue.TryTakeReleased(out _))
        {
        }

        var lsns = new List<int>();
        for (int i = 0; i < 1_000; i++)
        {
            int lsn = 1 + random.Below(500);
            _queue.Add(lsn, ReplyDependency.BlindWrite(new Lsn(lsn), CommitPolicy.Quorum));
            lsns.Add(lsn);
        }

        _queue.CommitAdvanced(new Lsn(200));
        _queue.CommitAdvanced(new Lsn(500));
        Assert.Equal(lsns.Order(), Released());
    }

    [Fact]
    public void A_merged_batch_depends_on_all_its_commands()
    {
        ReplyDependency merged = ReplyDependency.BlindWrite(new Lsn(3), CommitPolicy.Quorum)
            .And(ReplyDependency.Look(new Lsn(7)))
            .And(ReplyDependency.BlindWrite(new Lsn(9), CommitPolicy.Local));
        Assert.Equal(new ReplyDependency(new Lsn(7), new Lsn(9), true), merged);
    }

    [Fact]
    public void A_lost_leadership_gives_every_waiter_back_once_and_starts_afresh()
    {
        _queue.Add(1, ReplyDependency.BlindWrite(new Lsn(5), CommitPolicy.Quorum));
        _queue.Add(2, ReplyDependency.BlindWrite(new Lsn(5), CommitPolicy.Local));
        _queue.Add(3, ReplyDependency.Look(Lsn.None));
        _queue.TicketTaken(10);
        _queue.Add(4, ReplyDependency.Look(Lsn.None));
        var given = new List<int>();
        while (_queue.TryTakeAny(out int item))
            given.Add(item);
        Assert.Equal([1, 2, 3, 4], given.Order());
        Assert.Equal(0, _queue.Count);
        // LSNs that were cut come again, and are not committed yet.
        _queue.Add(5, ReplyDependency.BlindWrite(new Lsn(5), CommitPolicy.Quorum));
        Assert.Empty(Released());
    }

    [Fact]
    public void What_was_flushed_before_a_cut_releases_nothing_after_it()
    {
        _queue.FlushedThrough(new Lsn(20));
        // Cut after 10, then elected.
        _queue.FlushedThrough(new Lsn(10));
        _queue.Add(1, ReplyDependency.BlindWrite(new Lsn(11), CommitPolicy.Local));
        Assert.Empty(Released());
        _queue.FlushedThrough(new Lsn(11));
        Assert.Equal([1], Released());
    }

    private List<int> Released()
    {
        var released = new List<int>();
        while (_queue.TryTakeReleased(out int item))
            released.Add(item);
        return released;
    }
}
