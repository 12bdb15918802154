using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Cluster.Storage.State;
using Cluster.Storage.Tests.Log;
using Cluster.Storage.Keys;
using Xunit;

namespace Cluster.Storage.Tests.State;

/// <summary>The table of docs/formats/state-files.md: whoever reads an unreadable one stops, names it, and has changed nothing.</summary>
public sealed class UnreadableStateTests
{
    public static TheoryData<string, string> Damages()
    {
        var data = new TheoryData<string, string>();
        foreach (var name in new[] { "node.state", "shard-0/shard.state", "shard-0/cut.intent", "shard-0/shard.manifest", "shard-0.install" })
        {
            foreach (var damage in new[] { "empty", "short", "flipped", "foreign", "read error" })
                data.Add(name, damage);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void An_unreadable_state_file_is_read_as_an_empty_one(string name, string damage)
    {
        var bench = new LogBench();
        bench.NodeState = NodeStateFile.Open(LogBench.Root, bench.Environment, Guid.NewGuid());
        bench.Open().AppendFlushed(30);
        Assert.Null(bench.Close());
        var path = Path.Combine(LogBench.Root, name);
        if (name.EndsWith(".install", StringComparison.Ordinal))
            path = SnapshotFolder.Intent(LogBench.Folder);
        if (!bench.Files.FileExists(path))
            StateFile.Write(bench.Files, path, 1, 1, new byte[40]);
        Harm(bench, path, damage);
        var before = Content(bench);

        if (damage == "read error")
            bench.Files.Fault = operation => operation.Name == "read" && operation.Path == path ? new StorageFailedException(StorageFailure.Io, "read", path, 5) : null;
        var error = Assert.ThrowsAny<StorageException>(() =>
        {
            bench.NodeState = NodeStateFile.Open(LogBench.Root, bench.Environment, Guid.NewGuid());
            OpenStore(bench).Dispose();
        });
        Assert.True(error is StateFileException || damage == "read error", error.ToString());
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        bench.Files.Fault = null;
        bench.Scheduler.RunAll();
        var after = Content(bench);
        if (damage == "read error")
        {
            // An opening that met an I/O error leaves its mark there: the next one copies what is in doubt.
            before.Remove(Path.Combine(LogBench.Root, NodeStateFile.FileName));
            after.Remove(Path.Combine(LogBench.Root, NodeStateFile.FileName));
        }

        Assert.Equal(before, after);
    }

    [Fact]
    public void A_state_file_that_cannot_be_looked_up_makes_a_new_node()
    {
        var folder = Directory.CreateTempSubdirectory("cluster-circle-").FullName;
        using var pool = new WriterPool(1);
        try
        {
            var path = Path.Combine(folder, NodeStateFile.FileName);
            File.CreateSymbolicLink(path, path);
            var error = Assert.Throws<StorageFailedException>(() => NodeStateFile.Open(folder, StorageEnvironment.ForProcess(pool), Guid.NewGuid()));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Harm(LogBench bench, string path, string damage)
    {
        using var file = bench.Files.Open(path, FileOpening.Write);
        switch (damage)
        {
            case "empty":
                file.Truncate(0);
                break;
            case "short":
                file.Truncate(20);
                break;
            case "flipped":
                for (var offset = 30; offset < file.Length; offset += 4096)
                    bench.Files.FlipBit(path, offset * 8);
                break;
            case "foreign":
                for (long offset = 0; offset < file.Length; offset += 4096)
                    file.Write(offset, "no state"u8);
                break;
        }

        file.Sync();
    }

    private static ShardStore OpenStore(LogBench bench) => ShardStore.Open(new ShardStoreOptions
    {
        Log = new ShardLogOptions
        {
            Folder = LogBench.Folder,
            Shard = 0,
            ClusterId = LogBench.ClusterId,
            Environment = bench.Environment,
            Listener = bench,
            NodeState = bench.NodeState,
        },
        Epochs = new EpochDomain(),
    });

    private static SortedDictionary<string, string> Content(LogBench bench)
    {
        var content = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in new[] { LogBench.Root, LogBench.Folder })
        {
            foreach (var name in bench.Files.ListFiles(folder))
                content.Add(Path.Combine(folder, name), Convert.ToHexString(bench.Files.ReadAll(Path.Combine(folder, name))));
        }

        return content;
    }
}
