using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Restore;
using Cluster.Storage.Archive.Verify;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Layout;

/// <summary>An archive that version 1 wrote, under tests/fixtures/archive-v1: never changed, only added to.</summary>
public sealed class ArchiveGoldenTests
{
    [Fact]
    public async Task An_archive_of_version_1_is_no_longer_read_as_it_was_meant()
    {
        var small = ArchiveBench.Small(ArchiveEncoding.Lz4 | ArchiveEncoding.Age);
        if (Environment.GetEnvironmentVariable("CLUSTER_WRITE_GOLDEN") is { Length: > 0 } folder)
            Write(small, folder);
        var store = new MemoryObjectStore();
        var root = ArchiveSamples.Fixture("archive-v1");
        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            store.Place(Path.GetRelativePath(root, path), await File.ReadAllBytesAsync(path));

        // The names are what the program makes today, and the contents are what was committed then.
        Assert.Equal(small.Store.Objects.Keys, store.Objects.Keys);
        var bench = new ArchiveBench(store, small.Shards);
        var verified = await bench.VerifyAsync();
        Assert.Equal([ArchiveFindingKind.RecordedGap], verified.Findings.Select(static finding => finding.Kind));
        Assert.Equal(0, verified.HashesOnly);
        foreach (var (shard, end) in await bench.RestoreAsync(RestorePlanner.Plan(verified.Shards, RestoreTarget.Latest)))
            Assert.Equal(small.Shards[shard].Last, end);

        // Documents that depend on nothing but their fields have the same bytes today.
        foreach (var (name, content) in store.Objects)
        {
            var below = name[ArchiveBench.Root.Path.Length..];
            var again = ArchiveNames.KindOf(below) switch
            {
                ArchiveNameKind.Side or ArchiveNameKind.Gap => ArchiveObjectCodec.Encode(ArchiveObjectCodec.Decode(content, below)),
                ArchiveNameKind.Lease => ArchiveLeaseDocument.Decode(content, below).Encode(),
                ArchiveNameKind.Info => ArchiveInfo.Decode(content, below).Encode(),
                _ => content,
            };
            Assert.Equal(content, again);
        }
    }

    private static void Write(ArchiveBench bench, string folder)
    {
        foreach (var (name, content) in bench.Store.Objects)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }
}
