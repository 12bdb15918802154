using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.State;
using Cluster.TestSupport.Storage;

namespace Cluster.Storage.Tests.Flips;

/// <summary>A disk with a shard of about a megabyte on it, and what its records add up to.</summary>
internal sealed class FlipImage : ILogListener
{
    public const string Root = "/data";
    public const string Folder = "/data/shard-0";
    public const int Keys = 300;
    private static readonly Guid ClusterId = new("11111111-2222-3333-4444-555555555555");
    private static readonly KeyHasher Hasher = new SipKeyHasher(7, 8);

    private readonly ManualTimeProvider _time = new();
    private readonly bool _hints;
    private readonly long _segmentBytes;
    private int _ids;

    /// <param name="bytes">About that much log.</param>
    /// <param name="hints">Whether sealed segments have hints.</param>
    /// <param name="clean">Closed in order, or stopped by a loss of power right after a write.</param>
    public FlipImage(long bytes, bool hints, bool clean)
    {
        _hints = hints;
        _segmentBytes = bytes / 16;
        Files = new SimulatedFileLayer();
        Files.CreateFolder(Root);
        Files.SyncFolder("/");
        var scheduler = new ManualScheduler(_time);
        var environment = Environment(Files, scheduler, 1);
        var node = NodeStateFile.Open(Root, environment, ClusterId);
        node.Save(0, new ShardReplicaState(new Term(7), ClusterId, 3), static _ => { });
        var store = Open(Files, scheduler, 1);
        Fill(store, scheduler, bytes);
        Last = store.LastLsn;
        Commit = store.CommitLsn;
        Digest = store.Digest;
        // Nothing proves that the last batch was synced, unless the log was closed.
        FirstUnproven = Last.Next;
        if (clean)
        {
            store.Close(static _ => { });
            scheduler.RunAll();
        }
        else
        {
            FirstUnproven = LastBatch;
        }

        store.Dispose();
        Files = Files.AfterProcessDeath();
        Paths = [.. Files.ListFiles(Folder).Select(static name => Path.Combine(Folder, name)).Append(Path.Combine(Root, NodeStateFile.FileName)).Order(StringComparer.Ordinal)];
        Bits = [.. Paths.Select(path => Files.ReadAll(path).Length * 8L)];
    }

    public SimulatedFileLayer Files { get; }

    /// <summary>Every file of the disk.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Bits in the file of the same place in <see cref="Paths"/>.</summary>
    public IReadOnlyList<long> Bits { get; }

    public Dictionary<int, byte[]> Values { get; } = [];

    public Lsn Last { get; private set; }

    public Lsn Commit { get; private set; }

    public ulong Digest { get; private set; }

    public Lsn FirstUnproven { get; private set; }

    private Lsn LastBatch { get; set; }

    public static byte[] Name(int key) => BitConverter.GetBytes(key);

    public NodeStateFile OpenNode(SimulatedFileLayer files) => NodeStateFile.Open(Root, Environment(files, new ManualScheduler(_time), 2), ClusterId);

    /// <summary>A later boot opens the shard.</summary>
    public ShardStore Open(SimulatedFileLayer files, ManualScheduler scheduler) => Open(files, scheduler, 2);

    public ManualScheduler NewScheduler(out ManualTimeProvider time)
    {
        time = new ManualTimeProvider();
        return new ManualScheduler(time);
    }

    void ILogListener.Flushed(Lsn through)
    {
    }

    void ILogListener.FlushFailed(Exception cause) => throw cause;

    private ShardStore Open(SimulatedFileLayer files, ManualScheduler scheduler, int boot) => ShardStore.Open(new ShardStoreOptions
    {
        Hasher = Hasher,
        Hints = _hints,
        Merge = new MergeOptions { MinBytes = 0, Ratio = 0.3, FileBytes = _segmentBytes * 2, Enabled = boot == 1 },
        Log = new ShardLogOptions
        {
            Folder = Folder,
            Shard = 0,
            ClusterId = ClusterId,
            Listener = this,
            SegmentBytes = _segmentBytes,
            BufferBytes = 64 << 10,
            Environment = Environment(files, scheduler, boot),
        },
    });

    private StorageEnvironment Environment(SimulatedFileLayer files, ManualScheduler scheduler, int boot) => new()
    {
        Files = files,
        Scheduler = scheduler,
        Time = _time,
        RandomId = () => (ulong)Interlocked.Increment(ref _ids) * 0x9E3779B97F4A7C15,
        BootId = new Guid(boot, 1, 1, new byte[8]),
    };

    private void Fill(ShardStore store, ManualScheduler scheduler, long bytes)
    {
        var random = new Random(5);
        long written = 0;
        while (written < bytes)
        {
            LastBatch = store.LastLsn.Next;
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                var key = random.Next(Keys);
                var value = new byte[random.Next(4) == 0 ? random.Next(40) : random.Next(500, 1000)];
                random.NextBytes(value);
                store.AppendPut(new Term(1 + (written / 200_000)), 1, SessionStamp.None, Name(key), value, random.Next(5) == 0 ? 1 << 20 : 0);
                Values[key] = value;
                written += value.Length + 50;
                if (random.Next(30) != 0)
                    continue;
                store.AppendDelete(store.LastTerm, 1, SessionStamp.None, Name(key));
                Values.Remove(key);
            }

            if (random.Next(40) == 0)
                store.AppendConfiguration(store.LastTerm, 1, [1, 2, 3]);
            store.RequestFlush();
            scheduler.RunAll();
            store.AdvanceCommit(store.FlushedLsn);
            // The first third may be merged, the rest is somebody's.
            if (written < bytes / 3)
                store.ReleaseBelow(store.CommitLsn);
            if (random.Next(4) == 0)
                Wait(store, scheduler, 10);
            if (random.Next(60) == 0)
                CutSomething(store, scheduler);
        }

        // The state is saved with the first of these; nothing stored tells of the second.
        Wait(store, scheduler, 2000);
        for (var i = 0; i < 2; i++)
        {
            LastBatch = store.LastLsn.Next;
            store.AppendPut(store.LastTerm, 1, SessionStamp.None, Name(1), Values[1] = new byte[1500]);
            store.RequestFlush();
            scheduler.RunAll();
        }
    }

    /// <summary>A tail of another leader is cut and saved.</summary>
    private static void CutSomething(ShardStore store, ManualScheduler scheduler)
    {
        var keep = store.CommitLsn;
        for (var i = 0; i < 5; i++)
            store.AppendPut(store.LastTerm, 1, SessionStamp.None, Name(i), new byte[100]);
        store.CutAfter(keep, static failure => Invariant.Check(failure is null, "the cut is made"));
        scheduler.RunAll();
    }

    private void Wait(ShardStore store, ManualScheduler scheduler, int milliseconds)
    {
        for (var i = 0; i < milliseconds; i += 2)
        {
            _time.Advance(TimeSpan.FromMilliseconds(2));
            scheduler.RunAll();
            store.ReclaimMemory();
        }
    }
}
