using Cluster.Actors.Persistence;
using Cluster.Actors.Persistence.Log;
using Cluster.Actors.Shards;
using Cluster.Storage;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Xunit;

namespace Cluster.Actors.Tests.Persistence;

/// <summary>What is asked of a plugin's log while it opens.</summary>
public sealed class OpeningPluginLogTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PluginFolder _folder = new();
    private readonly WriterPool _writers = new(1);
    private readonly BlockingWorkers _readers = new(1);
    private readonly TaskCompletionSource _mayOpen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        _readers.Dispose();
        _writers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Operations_pile_up_without_bound_while_a_log_opens()
    {
        PluginLog log = Opening();
        List<Task> accepted = [];
        for (int i = 0; i < PluginLog.EarlyMax; i++) accepted.Add(log.Write([Batch(i + 1, 1)]));
        Assert.All(accepted, task => Assert.False(task.IsCompleted));

        // One more is certainly not stored, and says so at once.
        await Assert.ThrowsAsync<WriteRefusedException>(() => log.Write([Batch(1_000_000, 1)]));
        var refused = await Assert.ThrowsAsync<StorageFailedException>(() => log.Query(_ => true));
        Assert.Equal(StorageFailure.Overloaded, refused.Failure);
        Assert.Equal(StorageFailure.Overloaded, (await Assert.ThrowsAsync<StorageFailedException>(() => log.DeleteTo("p", 1))).Failure);
        Task closed = log.Close();
        Assert.False(closed.IsCompleted);

        _mayOpen.SetResult();
        await Task.WhenAll(accepted).WaitAsync(Patience);
        await closed.WaitAsync(Patience);

        PluginLog again = Opening();
        Assert.Equal(PluginLog.EarlyMax, await again.Query(static found => found.Highest("p")).WaitAsync(Patience));
        await again.Close().WaitAsync(Patience);
    }

    [Fact]
    public async Task Large_writes_fill_the_memory_while_a_log_opens()
    {
        PluginLog log = Opening();
        const int Bytes = 8 << 20;
        List<Task> accepted = [];
        for (int i = 0; i < (PluginLog.EarlyBytesMax / Bytes) - 1; i++) accepted.Add(log.Write([Batch(i + 1, Bytes)]));
        accepted.Add(log.Write([Batch(100, 1000)]));
        await Assert.ThrowsAsync<WriteRefusedException>(() => log.Write([Batch(101, Bytes)]));
        Task<long> highest = log.Query(static found => found.Highest("p"));
        _mayOpen.SetResult();
        await Task.WhenAll(accepted).WaitAsync(Patience);
        Assert.Equal(100, await highest.WaitAsync(Patience));

        // Open: what waited before counts no longer.
        for (int i = 0; i < 10; i++) await log.Write([Batch(200 + i, Bytes)]).WaitAsync(Patience);
        await log.Close().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_log_that_cannot_be_opened_keeps_its_lock_and_its_files()
    {
        PluginLog log = Opening();
        _mayOpen.SetResult();
        for (int i = 1; i <= 5; i++) await log.Write([Batch(i, 100)]).WaitAsync(Patience);
        await log.Close().WaitAsync(Patience);
        string file = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Journal, "log"), "wal-*"));
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        bytes[700] ^= 1;
        File.WriteAllBytes(file, bytes);

        PluginLog broken = Opening();
        await Assert.ThrowsAsync<WalCorruptException>(() => broken.Query(_ => true)).WaitAsync(Patience);
        await broken.Close().WaitAsync(Patience);
        Assert.DoesNotContain(OpenFiles(), path => path.StartsWith(_folder.Journal, StringComparison.Ordinal));
        DataFolderLock.Acquire(_folder.Journal).Dispose();
    }

    private static EntryBatch Batch(long number, int bytes) => new("p", [new EntryContent(number, 0, 1, "w", "", "", new byte[bytes])]);

    /// <summary>The files that this process has open.</summary>
    private static List<string> OpenFiles()
    {
        List<string> found = [];
        foreach (string descriptor in Directory.GetFiles("/proc/self/fd"))
        {
            try
            {
                if (new FileInfo(descriptor).LinkTarget is { } target) found.Add(target);
            }
            catch (IOException)
            {
                // Closed meanwhile, by another test.
            }
        }

        return found;
    }

    private PluginLog Opening()
    {
        var settings = new PluginSettings
        {
            Folder = _folder.Journal, Fsync = FsyncMode.Always, SegmentBytes = 64L << 20, WriteBytesMax = 32L << 20, Serializer = "",
        };
        return new PluginLog(
            -2,
            () =>
            {
                _mayOpen.Task.Wait(Patience);
                return PluginLogs.Open(settings, -2, _writers, _readers, Akka.Event.NoLogger.Instance);
            },
            _readers);
    }
}
