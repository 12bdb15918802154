using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Stores;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Layout;

public sealed class ArchiveUploadTests
{
    private static readonly Dictionary<int, ShardHistory> Shards = new() { [0] = new ShardHistory(0, 4, 50) };

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_store_without_a_protection_takes_what_did_not_arrive_or_overwrites(bool creates, bool checksUploads)
    {
        var store = new MemoryObjectStore { Protections = StoreProtections.All with { Creates = creates, ChecksUploads = checksUploads } };
        var bench = new ArchiveBench(store, Shards);
        var calls = store.Calls;
        var value = bench.Segment(0, ArchiveBench.NodeA, 1, 50, ArchiveEncoding.Lz4);
        Assert.Equal(creates && checksUploads ? 2 : creates ? 4 : 6, store.Calls - calls);

        // Again: found, compared, left alone.
        var content = store.Objects;
        bench.Segment(0, ArchiveBench.NodeA, 1, 50, ArchiveEncoding.Lz4);
        Assert.Equal(content, store.Objects);
        store.Place(ArchiveBench.Root.Path + value.SideName, [1]);
        Assert.Equal(value.SideName, Assert.Throws<ArchiveException>(() => bench.Segment(0, ArchiveBench.NodeA, 1, 50, ArchiveEncoding.Lz4)).Name);
    }

    [Fact]
    public async Task An_upload_that_was_interrupted_is_part_of_the_archive_or_cannot_be_finished()
    {
        var store = new MemoryObjectStore { Fault = static (operation, name) => operation == "put" && name.EndsWith(".side", StringComparison.Ordinal) ? StoreFault.Error : StoreFault.None };
        var bench = new ArchiveBench(store, Shards);
        Assert.Throws<ObjectStoreException>(() => bench.Segment(0, ArchiveBench.NodeA, 1, 50, ArchiveEncoding.Plain));
        Assert.Single(store.Objects);
        var verified = await bench.VerifyAsync();
        Assert.Equal((false, 0), (verified.IsSound, verified.Objects));
        Assert.Contains(verified.Findings, static finding => finding is { Kind: Storage.Archive.Verify.ArchiveFindingKind.WithoutSide, IsNotice: true });

        store.Fault = null;
        bench.Segment(0, ArchiveBench.NodeA, 1, 50, ArchiveEncoding.Plain);
        Assert.Equal(2, store.Objects.Count);
    }
}
