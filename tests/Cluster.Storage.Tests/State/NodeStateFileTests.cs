using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.Storage.Tests.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.State;

public sealed class NodeStateFileTests
{
    private static readonly Guid Node = new("aaaaaaaa-0000-0000-0000-000000000001");
    private static readonly Guid Candidate = new("bbbbbbbb-0000-0000-0000-000000000001");

    [Fact]
    public void A_promise_is_forgotten_by_a_power_failure_after_it_was_reported()
    {
        for (var call = 0; call < 40; call++)
        {
            var bench = new LogBench(call);
            var file = Open(bench);
            var reported = new Dictionary<int, long>();
            bench.Files.CrashAfter = call;
            for (var term = 1; term < 5 && !bench.Files.IsHalted; term++)
            {
                foreach (var shard in new[] { -1, 0, 7 })
                {
                    var saved = new ShardReplicaState(new Term(term), Candidate, 3);
                    file.Save(shard, saved, error =>
                    {
                        if (error is null)
                            reported[shard] = saved.Term.Value;
                    });
                }

                bench.Scheduler.RunAll();
            }

            var next = bench.Restart(call, powerLoss: true);
            var reopened = Open(next);
            Assert.Equal(Node, reopened.NodeId);
            foreach (var (shard, term) in reported)
            {
                var state = reopened.Find(shard);
                Assert.NotNull(state);
                Assert.True(state.Value.Term.Value >= term);
                Assert.Equal(Candidate, state.Value.VotedFor);
                Assert.Equal(3, state.Value.Incarnation);
            }
        }
    }

    [Fact]
    public void A_state_that_is_not_durable_is_already_told()
    {
        var bench = new LogBench();
        var file = Open(bench);
        Assert.Null(file.Find(2));
        Exception? error = null;
        file.Save(2, new ShardReplicaState(new Term(4), null, 1), result => error = result);
        Assert.Null(file.Find(2));
        bench.Files.Fault = operation => operation.Name == "sync" ? new StorageFailedException(StorageFailure.Io, "sync", "x", 5) : null;
        bench.Scheduler.RunAll();
        Assert.IsType<StorageFailedException>(error);
        Assert.Null(file.Find(2));
        bench.Files.Fault = null;
        Assert.Null(bench.Wait(done => file.Save(3, new ShardReplicaState(new Term(1), Candidate, 1), done)));
        Assert.Equal([2, 3], file.Shards);
    }

    [Fact]
    public void Saves_of_one_round_cost_one_replacement_each()
    {
        var bench = new LogBench();
        var file = Open(bench);
        var syncs = bench.Files.SyncCount;
        var done = 0;
        for (var shard = 0; shard < 100; shard++)
            file.Save(shard, new ShardReplicaState(new Term(1), Node, 1), _ => done++);
        bench.Scheduler.RunAll();
        Assert.Equal(100, done);
        Assert.Equal(syncs + 1, bench.Files.SyncCount);
    }

    [Fact]
    public void An_unreadable_file_counts_as_a_new_node()
    {
        var bench = new LogBench();
        var file = Open(bench);
        bench.Wait(done => file.Save(1, new ShardReplicaState(new Term(9), Node, 2), done));
        var path = Path.Combine(LogBench.Root, NodeStateFile.FileName);
        var bits = bench.Files.ReadAll(path).Length * 8;
        for (var bit = 0; bit < bits; bit++)
        {
            bench.Files.FlipBit(path, bit);
            Assert.Throws<StateFileException>(() => Open(bench));
            bench.Files.FlipBit(path, bit);
        }

        using (var truncated = bench.Files.Open(path, Cluster.Storage.Files.FileOpening.Write))
            truncated.Truncate(0);
        Assert.Throws<StateFileException>(() => Open(bench));
    }

    [Fact]
    public void A_node_changes_its_cluster()
    {
        var bench = new LogBench();
        var file = Open(bench);
        Assert.Null(file.ClusterId);
        Assert.Null(bench.Wait(done => file.SaveClusterId(Candidate, done)));
        Assert.Equal(Candidate, Open(bench).ClusterId);
        Assert.Throws<InvalidOperationException>(() => file.SaveClusterId(Node, _ => { }));
    }

    [Fact]
    public void Two_processes_take_one_data_folder()
    {
        var folder = Directory.CreateTempSubdirectory("cluster-lock-").FullName;
        try
        {
            using (DataFolderLock.Acquire(folder))
            {
                Assert.Equal(Environment.ProcessId.ToString(), File.ReadAllText(Path.Combine(folder, DataFolderLock.PidFileName)).Trim());
                var error = Assert.Throws<DataFolderInUseException>(() => DataFolderLock.Acquire(folder));
                Assert.Equal(Environment.ProcessId, error.ProcessId);
            }

            Assert.False(File.Exists(Path.Combine(folder, DataFolderLock.PidFileName)));
            DataFolderLock.Acquire(folder).Dispose();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static NodeStateFile Open(LogBench bench) => NodeStateFile.Open(LogBench.Root, bench.Environment, Node);
}
