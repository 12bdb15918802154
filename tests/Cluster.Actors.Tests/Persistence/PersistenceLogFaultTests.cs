using Cluster.Actors.Persistence;
using Cluster.Actors.Persistence.Log;
using Cluster.Storage;
using Cluster.Storage.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Actors.Tests.Persistence;

/// <summary>What a log answers when the disk fails.</summary>
public class PersistenceLogFaultTests
{
    private readonly SimulatedFileLayer _files = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ManualScheduler _scheduler;
    private readonly PersistenceLog _log;

    public PersistenceLogFaultTests()
    {
        _scheduler = new ManualScheduler(_time);
        _files.CreateFolder("/data");
        _log = PersistenceLog.Open(new PersistenceLogOptions
        {
            Kind = -2,
            Folder = "/data/log",
            Environment = new StorageEnvironment { Files = _files, Scheduler = _scheduler, Time = _time, RandomId = static () => 7, BootId = Guid.NewGuid() },
            TryRunBlocking = static _ => true,
        });
    }

    [Fact]
    public void Writes_that_come_together_share_a_sync()
    {
        Settle(_log.Write([Batch(1)]));
        int before = _files.SyncCount;
        Task[] writes = [_log.Write([Batch(2)]), _log.Write([Batch(3)]), _log.Write([Batch(4)])];
        Assert.DoesNotContain(writes, write => write.IsCompleted);
        _scheduler.RunAll();
        Assert.All(writes, write => Assert.True(write.IsCompletedSuccessfully));
        Assert.Equal(1, _files.SyncCount - before);
    }

    [Fact]
    public void A_failed_sync_fails_the_write_names_the_file_and_nothing_is_served_any_more()
    {
        Settle(_log.Write([Batch(1)]));
        _files.Fault = static operation => operation.Name == "sync" ? new StorageFailedException(StorageFailure.Io, "sync", operation.Path, 5) : null;
        Task write = _log.Write([Batch(2)]);
        _scheduler.RunAll();
        var failure = Assert.IsType<StorageFailedException>(Assert.Single(write.Exception!.InnerExceptions));
        Assert.Contains("/data/log/wal-", failure.Message, StringComparison.Ordinal);
        _files.Fault = null;
        Refuses<StorageFailedException>(() => _log.Write([Batch(3)]));
        Refuses<StorageFailedException>(() => _log.Synced());
        Assert.Throws<StorageFailedException>(() => _log.Highest("p"));
    }

    [Fact]
    public void A_full_disk_refuses_new_writes_and_finishes_the_one_on_its_way_when_there_is_room_again()
    {
        Settle(_log.Write([Batch(1)]));
        _files.Fault = static operation => operation.Name == "write" ? new StorageFailedException(StorageFailure.NoSpace, "write", operation.Path, 28) : null;
        Task write = _log.Write([Batch(2)]);
        _scheduler.RunRound();
        Assert.False(write.IsCompleted);
        Refuses<WriteRefusedException>(() => _log.Write([Batch(3)]));
        _files.Fault = null;
        _time.Advance(TimeSpan.FromSeconds(1));
        _scheduler.RunAll();
        Assert.True(write.IsCompletedSuccessfully);
        Settle(_log.Write([Batch(3)]));
        Assert.Equal(3, _log.Highest("p"));
    }

    [Fact]
    public void A_log_that_a_full_disk_holds_up_is_closed_and_nobody_waits_for_ever()
    {
        _files.Fault = static operation => operation.Name == "write" ? new StorageFailedException(StorageFailure.NoSpace, "write", operation.Path, 28) : null;
        Task write = _log.Write([Batch(1)]);
        _scheduler.RunRound();
        Task closed = _log.Close();
        _scheduler.RunAll();
        Assert.True(closed.IsCompletedSuccessfully);
        Assert.True(write.IsFaulted);
    }

    [Fact]
    public void A_closed_log_refuses_everything()
    {
        Task closed = _log.Close();
        _scheduler.RunAll();
        Assert.True(closed.IsCompletedSuccessfully);
        Refuses<StorageFailedException>(() => _log.Write([Batch(1)]));
    }

    /// <summary>At once, not by the task.</summary>
    private static void Refuses<T>(Func<Task> operation) where T : Exception => Assert.IsType<T>(Record.Exception(() => { _ = operation(); }));

    private static EntryBatch Batch(long number) =>
        new("p", [new EntryContent(number, 7, 1, "w", "", "m", "text"u8.ToArray())]);

    private void Settle(Task operation)
    {
        _scheduler.RunAll();
        Assert.True(operation.IsCompletedSuccessfully);
    }
}
