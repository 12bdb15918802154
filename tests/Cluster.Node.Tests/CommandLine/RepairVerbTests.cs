using Cluster.Node.CommandLine;
using Cluster.Storage;
using Cluster.Storage.Log;
using Xunit;

namespace Cluster.Node.Tests.CommandLine;

public sealed class RepairVerbTests : IDisposable, ILogListener, IRecordReplay
{
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _flushed = new(0);

    private string Shard => Path.Combine(_folder.Path, "shard-0003");

    public void Dispose()
    {
        _folder.Dispose();
        _flushed.Dispose();
    }

    [Fact]
    public async Task Damage_is_neither_told_nor_cut_by_command_and_no_copy_is_kept()
    {
        WriteLog(records: 3000);
        var (code, text) = await Run("verify", "--data", _folder.Path);
        Assert.Equal(0, code);
        Assert.Matches("^shard-0003: LSN 1 to 3000 in [0-9]+ files, committed to 0; ok\n$", text);
        string first = Directory.GetFiles(Shard, "wal-*.seg").Order().First();
        Assert.Equal(0, (await Run("wal", "verify", first)).Code);

        using (var file = new FileStream(first, FileMode.Open))
        {
            file.Position = 30_000;
            file.WriteByte(0xff);
        }

        (code, text) = await Run("verify", "--data", _folder.Path);
        Assert.Equal(1, code);
        Assert.Contains("DAMAGED at offset ", text);
        (code, text) = await Run("wal", "dump", first, "--records");
        Assert.Equal(1, code);
        Assert.Contains("kind NoOp", text);
        Assert.Contains("damage at offset ", text);
        Assert.Equal(1, (await Run("wal", "verify", first)).Code);

        (code, text) = await Run("repair", "--data", _folder.Path, "--shard", "3");
        Assert.Equal(0, code);
        Assert.Contains("kept up to LSN ", text);
        Assert.Contains(" to 3000\n", text);
        Assert.Contains("does not count", text);
        Assert.True(File.Exists(Path.Combine(Directory.GetDirectories(_folder.Path, "shard-0003.damaged-*").Single(), Path.GetFileName(first))));
        (code, text) = await Run("verify", "--data", _folder.Path, "--shard", "3");
        Assert.Equal(0, code);
        Assert.Contains("does not count", text);
        Assert.Contains("counts at once", (await Run("repair", "--data", _folder.Path, "--shard", "3", "--accept-loss")).Output);
        Assert.DoesNotContain("does not count", (await Run("verify", "--data", _folder.Path)).Output);
    }

    [Theory]
    [InlineData("verify", "--data")]
    [InlineData("repair --data /nowhere/x --shard 1", "/nowhere/x")]
    [InlineData("repair --data /tmp", "--shard")]
    [InlineData("wal", "command")]
    public async Task A_wrong_call_is_one_line_on_stderr_and_code_2(string arguments, string named)
    {
        var errors = new StringWriter();
        Assert.Equal(2, await ClusterProgram.RunAsync(arguments.Split(' '), TextWriter.Null, errors));
        Assert.Contains(named, errors.ToString());
        Assert.Single(errors.ToString().TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_shard_that_is_not_there_is_repaired()
    {
        var errors = new StringWriter();
        Assert.Equal(2, await ClusterProgram.RunAsync(["repair", "--data", _folder.Path, "--shard", "7"], TextWriter.Null, errors));
        Assert.Contains("shard-0007", errors.ToString());
    }

    void ILogListener.Flushed(Lsn through) => _flushed.Release();

    void IRecordReplay.OnRecord(in RecordView record, RecordLocation location)
    {
    }

    void ILogListener.FlushFailed(Exception cause)
    {
    }

    private void WriteLog(int records)
    {
        using var pool = new WriterPool(1);
        var log = ShardLog.Open(
            new ShardLogOptions
            {
                Folder = Shard,
                Shard = 3,
                ClusterId = Guid.NewGuid(),
                Environment = StorageEnvironment.ForProcess(pool),
                Listener = this,
                SegmentBytes = 64 << 10,
            },
            this);
        using var closed = new ManualResetEventSlim();
        for (int i = 0; i < records; i++)
        {
            log.Append(RecordKind.NoOp, new Term(1), 0, new SessionStamp(Guid.NewGuid(), 1), 0);
            log.Commit(out _);
            if (i % 100 > 0 && i < records - 1) continue;
            log.RequestFlush();
            while (log.FlushedLsn < log.LastLsn) Assert.True(_flushed.Wait(TimeSpan.FromSeconds(30)));
        }

        Exception? failure = null;
        log.Close(error =>
        {
            failure = error;
            closed.Set();
        });
        Assert.True(closed.Wait(TimeSpan.FromSeconds(30)));
        Assert.Null(failure);
    }

    private static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        var output = new StringWriter { NewLine = "\n" };
        var errors = new StringWriter();
        int code = await ClusterProgram.RunAsync(arguments, output, errors);
        Assert.Equal("", errors.ToString());
        return (code, output.ToString());
    }
}
