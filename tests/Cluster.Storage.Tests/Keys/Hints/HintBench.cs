using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Tests.Log;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Keys.Hints;

/// <summary>A store with several sealed segments on a simulated disk; what a hint says can be compared with what the log says.</summary>
internal sealed class HintBench(LogBench bench) : IDisposable
{
    public LogBench Bench { get; } = bench;

    public ShardStore Store { get; private set; } = null!;

    public static HintBench Filled(int seed, int records = 300, bool commit = true)
    {
        var result = new HintBench(new LogBench(seed) { SegmentBytes = 6000 }).Open();
        var random = new Random(seed);
        for (var i = 0; i < records; i++)
        {
            result.Append(random);
            if (random.Next(5) == 0)
                result.Flush();
            if (i == records / 2)
                result.Bench.Term = result.Bench.Term.Next;
        }

        result.Flush();
        if (commit)
            result.Store.AdvanceCommit(result.Store.LastLsn);
        return result;
    }

    public HintBench Open(bool hints = true, MergeOptions? merge = null)
    {
        Store = ShardStore.Open(new ShardStoreOptions
        {
            Hasher = new SipKeyHasher(1, 2),
            Hints = hints,
            Merge = merge ?? new MergeOptions(),
            Epochs = new EpochDomain(),
            Log = new ShardLogOptions
            {
                Folder = LogBench.Folder,
                Shard = 0,
                ClusterId = LogBench.ClusterId,
                Environment = Bench.Environment,
                Listener = Bench,
                SegmentBytes = Bench.SegmentBytes,
            },
        });
        Bench.ForgetFlushed(Store.FlushedLsn);
        return this;
    }

    public void Append(Random random)
    {
        var key = BitConverter.GetBytes(random.Next(60));
        var term = Bench.Term;
        switch (random.Next(40))
        {
            case 0:
                Store.AppendFlushKeys(term, 1, SessionStamp.None);
                break;
            case 1:
                Store.AppendConfiguration(term, 1, key);
                break;
            case 2:
                Store.AppendTopology(term, 1, key);
                break;
            case 3:
                Store.AppendNoOp(term, 1);
                break;
            case < 12:
                Store.AppendDelete(term, 1, SessionStamp.None, key);
                break;
            default:
                Store.AppendPut(term, 1, SessionStamp.None, key, new byte[random.Next(200)], random.Next(3) == 0 ? 1_000_000 : 0);
                break;
        }
    }

    public void Flush()
    {
        Store.RequestFlush();
        Bench.Scheduler.RunAll();
    }

    /// <summary>Until everything that is due in the background is done.</summary>
    public HintBench Idle()
    {
        for (var i = 0; i < 100; i++)
        {
            Bench.Time.Advance(TimeSpan.FromMilliseconds(2));
            Bench.Scheduler.RunAll();
        }

        return this;
    }

    public HintBench Close()
    {
        Exception? failure = new InvalidOperationException("not called");
        Store.Close(error => failure = error);
        Bench.Scheduler.RunAll();
        Assert.Null(failure);
        Store.Dispose();
        return this;
    }

    public HintBench Restart(int seed = 1, bool powerLoss = false) => new(Bench.Restart(seed, powerLoss));

    public string[] HintFiles => [.. Bench.Files.ListFiles(LogBench.Folder).Where(static name => name.EndsWith(".hint", StringComparison.Ordinal)).Order()];

    public string[] SealedSegments => [.. Bench.Files.ListFiles(LogBench.Folder).Where(static name => name.EndsWith(".seg", StringComparison.Ordinal)).Order()];

    /// <summary>Everything that an opening tells, as text.</summary>
    public string Describe()
    {
        var text = new System.Text.StringBuilder();
        text.Append($"{Store.FirstLsn}-{Store.LastLsn} commit {Store.CommitLsn} term {Store.LastTerm} digest {Store.Digest:x} time {Store.Log.LastTimestamp} count {Store.Count}/{Store.CountWithPending()} ");
        text.Append($"terms {string.Join(' ', Store.Terms.Entries.ToArray())} configuration {Store.CommittedConfiguration?.Lsn} {Store.LastConfiguration?.Lsn} topology {Store.CommittedTopology?.Lsn} ");
        for (var key = 0; key < 60; key++)
        {
            var name = BitConverter.GetBytes(key);
            var found = Store.Find(name);
            if (!found.Found)
                continue;
            var value = new byte[found.ValueLength(4)];
            Assert.Equal(ValueReadOutcome.Copied, Store.ReadFromDisk(found.Location, name, value));
            text.Append($"{key}:{found.Location.Offset}+{value.Length}{(found.Location.HasExpiry ? "x" : "")} ");
        }

        return text.ToString();
    }

    public void Dispose() => Store?.Dispose();
}
