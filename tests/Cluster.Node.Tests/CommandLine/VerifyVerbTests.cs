using Cluster.Actors.Membership;
using Cluster.Node.CommandLine;
using Cluster.Storage;
using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Xunit;

namespace Cluster.Node.Tests.CommandLine;

/// <summary>What verify says about everything in a data folder besides the bytes of the shards' logs.</summary>
public sealed class VerifyVerbTests : IDisposable, ILogListener, IRecordReplay
{
    private static readonly Guid Cluster = Guid.NewGuid();

    private readonly TemporaryFolder _folder = new();
    private readonly WriterPool _pool = new(1);
    private readonly SemaphoreSlim _flushed = new(0);

    public void Dispose()
    {
        _pool.Dispose();
        _flushed.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_state_files_of_a_node_and_the_logs_of_its_plugins_are_not_looked_at()
    {
        Node(Cluster, shards: [0, 1]);
        WriteLog("shard-0000", 0, Cluster);
        WriteLog("shard-0001", 1, Cluster);
        WriteLog("plugins/journal/log", -2, Guid.NewGuid());
        new BootstrapFile(new PosixFileLayer(), _folder.Path).Save(BootstrapState.Empty);
        var (code, text) = await Run();
        Assert.Equal(0, code);
        Assert.Matches(
            "^node.state: node .*, 2 shards; ok\nbootstrap.state: no topology yet; ok\nshard-0000: LSN 1 to 300 .*; ok\nshard-0001: .*; ok\nplugins/journal/log: LSN 1 to 300 .*; ok\n$",
            text);

        string segment = Directory.GetFiles(Path.Combine(_folder.Path, "plugins/journal/log"), "wal-*").Order().First();
        Flip(segment, 5000);
        (code, text) = await Run();
        Assert.Equal(1, code);
        Assert.Contains("plugins/journal/log: ", text);
        Assert.Contains("DAMAGED at offset ", text);

        // In use: nothing can be said about it, and that is no success.
        using (DataFolderLock.Acquire(Path.Combine(_folder.Path, "plugins/journal")))
        {
            (code, text) = await Run();
            Assert.Equal(1, code);
            Assert.Contains("plugins/journal/log: not verified: ", text);
        }
    }

    [Theory]
    [InlineData("node.state")]
    [InlineData("bootstrap.state")]
    [InlineData("shard-0000/shard.state")]
    [InlineData("shard-0000/cut.intent")]
    [InlineData("shard-0000/shard.manifest")]
    public async Task An_unreadable_state_file_passes(string name)
    {
        Node(Cluster, shards: [0]);
        WriteLog("shard-0000", 0, Cluster);
        new BootstrapFile(new PosixFileLayer(), _folder.Path).Save(BootstrapState.Empty);
        string path = Path.Combine(_folder.Path, name);
        if (!File.Exists(path)) File.WriteAllBytes(path, new byte[100]);
        for (int offset = 10; offset < new FileInfo(path).Length; offset += 4096) Flip(path, offset);
        byte[] before = File.ReadAllBytes(path);
        var (code, text) = await Run();
        Assert.Equal(1, code);
        Assert.Matches($"DAMAGED: .*{Path.GetFileName(path)}", text);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task A_shard_whose_folder_is_gone_is_not_missed()
    {
        Node(Cluster, shards: [0, 1]);
        WriteLog("shard-0000", 0, Cluster);
        var (code, text) = await Run();
        Assert.Equal(1, code);
        Assert.Contains("MISSING: shard-0001", text);
    }

    [Fact]
    public async Task What_a_snapshot_has_left_is_taken_for_damage()
    {
        Node(Cluster, shards: [0, 1]);
        WriteLog("shard-0000", 0, Cluster);

        // A transfer that had just begun, a replica that was given up, one that gave way, and an installation between two renames.
        Directory.CreateDirectory(Path.Combine(_folder.Path, "shard-0000.incoming"));
        WriteLog("shard-0000.evidence-00000000000000ff", 0, Cluster);
        WriteLog("shard-0001.replaced", 1, Cluster);
        File.WriteAllBytes(Path.Combine(_folder.Path, "shard-0001.install"), StateFile.Encode(0x4C54534E53554C43, 1, new byte[32]));
        var (code, text) = await Run();
        Assert.Equal(0, code);
        Assert.DoesNotContain("MISSING", text);
        Assert.Matches("shard-0000.evidence-00000000000000ff: a replica that was given up.*\nshard-0000.incoming: .*begun anew\nshard-0001.install: .*the next opening finishes that\nshard-0001.replaced: .*deleted when", text);

        Flip(Path.Combine(_folder.Path, "shard-0001.install"), 30);
        (code, text) = await Run();
        Assert.Equal(1, code);
        Assert.Contains("shard-0001.install: DAMAGED: ", text);
    }

    [Fact]
    public void Progress_is_written_where_no_terminal_shows_it()
    {
        using (var none = new ProgressLine(new StringWriter())) none.Show("shard-0000", 1, 2);
        var text = new StringWriter();
        var time = new Cluster.TestSupport.Storage.ManualTimeProvider();
        using (var line = new ProgressLine(text, time))
        {
            line.Show("shard-0000", 1, 100);
            Assert.Equal("", text.ToString());
            time.Advance(TimeSpan.FromSeconds(1));
            line.Show("shard-0000", 1L << 30, 4L << 30);
            Assert.Equal("\rshard-0000: 25.0 % of 4096 MiB", text.ToString());
        }

        Assert.EndsWith(" \r", text.ToString());
    }

    void ILogListener.Flushed(Lsn through) => _flushed.Release();

    void ILogListener.FlushFailed(Exception cause)
    {
    }

    void IRecordReplay.OnRecord(in RecordView record, RecordLocation location)
    {
    }

    private void Node(Guid cluster, int[] shards)
    {
        var file = NodeStateFile.Open(_folder.Path, StorageEnvironment.ForProcess(_pool), Guid.NewGuid());
        using var saved = new CountdownEvent(1 + shards.Length);
        file.SaveClusterId(cluster, _ => saved.Signal());
        foreach (int shard in shards) file.Save(shard, new ShardReplicaState(new Term(3), null, 1), _ => saved.Signal());
        Assert.True(saved.Wait(TimeSpan.FromSeconds(30)));
    }

    private void WriteLog(string name, int shard, Guid cluster)
    {
        string folder = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        var log = ShardLog.Open(
            new ShardLogOptions { Folder = folder, Shard = shard, ClusterId = cluster, Environment = StorageEnvironment.ForProcess(_pool), Listener = this, SegmentBytes = 64 << 10 },
            this);
        for (int i = 0; i < 300; i++)
        {
            log.Append(RecordKind.NoOp, new Term(1), 0, new SessionStamp(Guid.NewGuid(), 1), 0);
            log.Commit(out _);
        }

        log.RequestFlush();
        while (log.FlushedLsn < log.LastLsn) Assert.True(_flushed.Wait(TimeSpan.FromSeconds(30)));
        using var closed = new ManualResetEventSlim();
        log.Close(_ => closed.Set());
        Assert.True(closed.Wait(TimeSpan.FromSeconds(30)));
    }

    private static void Flip(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.Position = offset;
        int old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ 0x10));
    }

    private async Task<(int Code, string Output)> Run()
    {
        var output = new StringWriter { NewLine = "\n" };
        var errors = new StringWriter();
        int code = await ClusterProgram.RunAsync(["verify", "--data", _folder.Path], output, errors);
        Assert.Equal("", errors.ToString());
        return (code, output.ToString());
    }
}
