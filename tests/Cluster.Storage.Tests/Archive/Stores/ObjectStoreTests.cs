using Cluster.Storage.Archive.Stores;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Stores;

public sealed class MemoryStoreTests : ObjectStoreConformance
{
    [Fact]
    public Task The_store_in_memory_is_none() => AllAsync(new MemoryObjectStore());

    [Fact]
    public Task The_store_without_conditions_pretends_to_have_them() =>
        AllAsync(new MemoryObjectStore { Protections = StoreProtections.All with { Creates = false, Replaces = false } });

    /// <summary>Every third call goes wrong, each time in another way.</summary>
    [Fact]
    public Task A_fault_that_passes_reaches_the_caller()
    {
        var store = new MemoryObjectStore();
        var calls = 0;
        store.Fault = (operation, _) => (++calls % 3, calls / 3 % 4) switch
        {
            (0, 0) => StoreFault.Error,
            (0, 1) => StoreFault.LostAnswer,
            (0, 2) => operation == "open" ? StoreFault.Error : StoreFault.Hangs,
            (0, _) => operation is "list" ? StoreFault.Truncated : StoreFault.Error,
            _ => StoreFault.None,
        };
        return AllAsync(new RetryingObjectStore(store, new RetryPolicy { Attempts = 12, Delay = TimeSpan.FromMilliseconds(1), DelayMax = TimeSpan.FromMilliseconds(2), AttemptTimeout = TimeSpan.FromMilliseconds(40) }));
    }
}

public sealed class FolderStoreTests : ObjectStoreConformance, IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"cluster-archive-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task The_folder_is_no_store()
    {
        await AllAsync(FolderObjectStore.Open(_root));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_root, ".tmp")));
    }

    [Fact]
    public async Task What_a_crash_left_is_an_object_or_stays_for_ever()
    {
        FolderObjectStore.Open(_root);
        var left = Path.Combine(_root, ".tmp", "left");
        var recent = Path.Combine(_root, ".tmp", "recent");
        File.WriteAllText(left, "half");
        File.WriteAllText(recent, "half");
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddDays(-2));
        var store = FolderObjectStore.Open(_root);
        await foreach (var item in store.ListAsync(""))
            Assert.Fail(item.Name);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(recent));
    }

    [Fact]
    public void A_folder_that_cannot_be_is_another_error() =>
        Assert.Equal(ObjectStoreProblem.NotFound, Assert.Throws<ObjectStoreException>(() => FolderObjectStore.Open("/nowhere/at/all")).Problem);
}

public sealed class RetryTests
{
    private static readonly RetryPolicy Policy = new() { Attempts = 4, Delay = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromMilliseconds(60) };

    [Fact]
    public async Task A_put_whose_answer_was_lost_is_taken_for_anothers_object()
    {
        var store = new MemoryObjectStore();
        var retrying = new RetryingObjectStore(store, Policy);
        Once(store, "put", StoreFault.LostAnswer);
        var put = await retrying.PutAsync("a", ObjectContent.FromBytes([1, 2]), PutCondition.IfAbsent);
        Assert.True(put.Written);
        Assert.NotNull(put.Tag);

        // Another's object stays another's.
        Once(store, "put", StoreFault.LostAnswer);
        Assert.False((await retrying.PutAsync("a", ObjectContent.FromBytes([3, 4]), PutCondition.IfAbsent)).Written);

        Once(store, "put", StoreFault.LostAnswer);
        Assert.True((await retrying.PutAsync("a", ObjectContent.FromBytes([5]), PutCondition.IfTag(put.Tag!))).Written);
        Assert.Equal([5], store.Objects["a"]);
    }

    [Fact]
    public async Task A_store_that_stays_away_is_waited_for_without_end()
    {
        var store = new MemoryObjectStore { Fault = static (_, _) => StoreFault.Hangs };
        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => new RetryingObjectStore(store, Policy).FindAsync("a"));
        Assert.Equal(ObjectStoreProblem.Unavailable, error.Problem);
    }

    [Theory]
    [InlineData(StoreFault.Full, ObjectStoreProblem.Full)]
    [InlineData(StoreFault.Denied, ObjectStoreProblem.Denied)]
    public async Task What_does_not_pass_is_tried_again(StoreFault fault, ObjectStoreProblem problem)
    {
        var store = new MemoryObjectStore { Fault = (_, _) => fault };
        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => new RetryingObjectStore(store, Policy).PutAsync("a", ObjectContent.FromBytes([1]), PutCondition.None));
        Assert.Equal((problem, 1), (error.Problem, store.Calls));
    }

    [Fact]
    public async Task A_download_that_breaks_off_is_whole_or_begins_anew()
    {
        var store = new MemoryObjectStore();
        var bytes = ArchiveSamples.Bytes(new Random(3), 100_000);
        store.Place("a", bytes);

        // Each attempt brings half of what is left, so there are more of them than the policy grants for those that bring nothing.
        var opened = 0;
        store.Fault = (operation, _) => operation == "open" && ++opened < 12 ? StoreFault.Truncated : StoreFault.None;
        Assert.Equal(bytes, await ObjectTransfer.ReadAsync(store, "a", 1 << 20, Policy));
        Assert.True(opened > Policy.Attempts);

        store.Fault = null;
        Once(store, "open", StoreFault.Truncated);
        Assert.Equal(bytes, await ObjectTransfer.ReadAsync(store, "a", 1 << 20, Policy));
        await Assert.ThrowsAsync<ObjectStoreException>(() => ObjectTransfer.ReadAsync(store, "a", 99_999, Policy));
    }

    [Fact]
    public async Task An_object_that_is_replaced_while_it_is_read_becomes_a_mixture()
    {
        var store = new MemoryObjectStore();
        store.Place("a", new byte[1000]);
        var opened = 0;
        store.Fault = (operation, name) =>
        {
            if (operation != "open" || opened++ > 0)
                return StoreFault.None;
            return StoreFault.Truncated;
        };
        var target = new ReplacingStream(() => store.Place("a", [.. Enumerable.Repeat((byte)9, 1000)]));
        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => ObjectTransfer.CopyAsync(store, "a", target, null, 5000, Policy));
        Assert.Equal(ObjectStoreProblem.Invalid, error.Problem);
    }

    private static void Once(MemoryObjectStore store, string operation, StoreFault fault) => store.Fault = (called, _) =>
    {
        if (called != operation)
            return StoreFault.None;
        store.Fault = null;
        return fault;
    };

    private sealed class ReplacingStream(Action first) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            first();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
