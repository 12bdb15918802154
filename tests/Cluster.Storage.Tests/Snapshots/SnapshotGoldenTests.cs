using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

/// <summary>tests/fixtures/snapshot-v1: what version 1 sent, received and was about to install. Never changed, only added to.</summary>
public sealed class SnapshotGoldenTests
{
    private const string State =
        "last 125 commit 125 term 5 digest dfb7202ef8a20330 count 16 terms TermStart { Term = 1, First = 1 } TermStart { Term = 2, First = 9 } TermStart { Term = 3, First = 29 } TermStart { Term = 4, First = 46 } TermStart { Term = 5, First = 87 } Configuration 108 5 1070 1C000000 Topology 100 5 990 16000000 7:100+705a70b8x 9:100+d4118f7f 10:0+0 12:41+e6365a4d 13:14+d2528ac 14:88+ed3be670x 20:116+705dbaba 21:92+a9cfc953 23:89+c8bd4e02 25:78+e85b9228x 26:102+b65cf352x 28:97+dd5f01a6 33:138+8fd033a2 36:88+f2b930f9 37:36+fd778a67x 39:16+a141f390 ";

    private static readonly string[] Beside = ["first.chunk", "shard.install"];

    [Fact]
    public void A_snapshot_of_version_1_is_not_installed_as_it_was_meant()
    {
        using var replica = Placed(intent: false);
        SnapshotInstall.Run(replica.ReceiveOptions(), OldReplica.Replace);
        Assert.Equal(State, replica.Open(createIfMissing: false).State());
    }

    [Fact]
    public void An_installation_that_version_1_began_is_not_finished()
    {
        using var replica = Placed(intent: true);
        var manifest = ReceiveState.LoadManifest(replica.Bench.Files, SnapshotFolder.Incoming(LogBench.Folder), out _)!;
        ShardStateFile.Create(
            replica.Bench.Files,
            SnapshotFolder.Incoming(LogBench.Folder),
            new ShardState(0, LogBench.ClusterId, replica.Bench.BootId, FsyncMode.Always, ClosedCleanly: true, Doubtful: false, manifest.Last, manifest.Last));
        Assert.Equal(State, replica.Open(createIfMissing: false).State());
        Assert.Empty(replica.Bench.Files.ListFiles(LogBench.Root));
    }

    [Fact]
    public void A_manifest_or_a_chunk_of_version_1_is_written_otherwise()
    {
        Assert.True(SnapshotChunk.TryRead(Bytes("first.chunk"), out var chunk));
        var manifest = SnapshotManifest.Decode(chunk.Content);
        Assert.Equal((chunk.Snapshot, SnapshotPosition.Start), (manifest.Id, chunk.Position));
        Assert.Equal(chunk.Content.ToArray(), manifest.Encode());
        var again = new byte[SnapshotChunk.HeaderBytes + chunk.Content.Length];
        chunk.Content.CopyTo(again.AsSpan(SnapshotChunk.HeaderBytes));
        SnapshotChunk.Seal(again, chunk.Snapshot, chunk.Position, chunk.Content.Length);
        Assert.Equal(Bytes("first.chunk"), again);
    }

    private static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "snapshot-v1", name));

    private static ReplicaBench Placed(bool intent)
    {
        var replica = ReplicaBench.Empty(1);
        var incoming = SnapshotFolder.Incoming(LogBench.Folder);
        replica.Bench.Files.CreateFolder(incoming);
        foreach (var path in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", "snapshot-v1")))
        {
            var name = Path.GetFileName(path);
            if (!Beside.Contains(name))
                Write(replica, Path.Combine(incoming, name), name);
        }

        if (intent)
            Write(replica, SnapshotFolder.Intent(LogBench.Folder), "shard.install");
        return replica;
    }

    private static void Write(ReplicaBench replica, string path, string name)
    {
        using var file = replica.Bench.Files.Open(path, FileOpening.Create);
        file.Write(0, Bytes(name));
    }
}
