using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Tests.Keys;
using Cluster.Storage.Tests.Keys.Hints;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Log;

/// <summary>What the figures of bench/storage rest on, as counts that hold on any machine: syncs, allocations, copies, reads.</summary>
public sealed class LogCountTests
{
    /// <summary>The owner appends while the writer is between write and sync, as it does on a real disk.</summary>
    [Theory]
    [InlineData(256)]
    [InlineData(16)]
    public void A_sync_covers_few_records_although_many_are_in_flight(int burst)
    {
        const int InFlight = 256, Rounds = 50;
        var bench = new LogBench { SegmentBytes = 64 << 20 }.Open();
        bench.AppendFlushed(1);
        var first = bench.Log.LastLsn.Value;
        var syncs = bench.Files.SyncCount;
        for (var round = 0; round < Rounds; round++)
        {
            Refill();
            bench.Scheduler.Write();
            Refill();
            bench.Scheduler.Sync();
        }

        bench.Scheduler.RunAll();
        var records = bench.Log.LastLsn.Value - first;
        Assert.Equal(bench.Log.LastLsn, bench.Flushed);
        Assert.InRange(records, Rounds * InFlight / 2, long.MaxValue);
        Assert.InRange(bench.Files.SyncCount - syncs, 1, records / 64);

        void Refill()
        {
            while (bench.Log.LastLsn - bench.Flushed < InFlight)
            {
                for (var i = 0; i < burst && bench.Log.LastLsn - bench.Flushed < InFlight; i++)
                    bench.AppendNumbered(96);
                bench.Log.RequestFlush();
            }
        }
    }

    [Fact]
    public void Appending_allocates_per_record_or_per_batch()
    {
        using var folder = new ScratchFolder();
        var lane = new StepLane();
        var log = OpenReal(folder, lane);
        var payload = new byte[96];
        var action = () =>
        {
            for (var burst = 0; burst < 20; burst++)
            {
                for (var i = 0; i < 64; i++)
                {
                    payload.CopyTo(log.Append(RecordKind.Keys, new Term(1), 0, SessionStamp.None, payload.Length));
                    log.Commit(out _);
                }

                log.RequestFlush();
                lane.Round();
            }
        };

        // Each chunk of memory brings one object and its index, after 256 KiB and more; a new segment some. Between them: nothing.
        for (var i = 0; i < 20; i++)
            action();
        var least = long.MaxValue;
        for (var i = 0; i < 20; i++)
            least = Math.Min(least, Allocations.During(action));
        Close(log, lane);
        Assert.Equal(0, least);
    }

    [Fact]
    public void Getting_a_value_allocates()
    {
        using var filled = HintBench.Filled(seed: 11, records: 400);
        var store = filled.Store;
        var key = BitConverter.GetBytes(7);
        var value = new byte[256];
        var missed = 0;
        store.AppendPut(filled.Bench.Term, 1, SessionStamp.None, key, new byte[100]);
        filled.Flush();
        store.AdvanceCommit(store.LastLsn);
        Assert.Equal(0, Allocations.During(() =>
        {
            for (var i = 0; i < 1000; i++)
                missed += store.ReadFromMemory(store.FindCommitted(key).Location, key, value) == ValueReadOutcome.Copied ? 0 : 1;
        }));
        Assert.Equal(0, missed);
    }

    [Fact]
    public void A_get_from_a_file_allocates_or_reads_twice()
    {
        using var folder = new ScratchFolder();
        var lane = new StepLane();
        var counts = new ReadCounts(folder.Path);
        var environment = Environment(lane) with { Files = counts };
        var options = new ShardStoreOptions
        {
            Hints = false,
            Hasher = new SipKeyHasher(1, 2),
            Epochs = new EpochDomain(),
            Log = Options(folder, environment),
        };
        using (var writing = ShardStore.Open(options))
        {
            for (var i = 0; i < 500; i++)
                writing.AppendPut(new Term(1), 1, SessionStamp.None, BitConverter.GetBytes(i), new byte[100]);
            writing.RequestFlush();
            lane.Round();
            writing.AdvanceCommit(writing.LastLsn);
            Close(writing.Log, lane);
        }

        // Reopened: nothing is in the log's buffer.
        using var store = ShardStore.Open(options);
        var value = new byte[100];
        var key = new byte[4];
        var gets = 0;
        var missed = 0;
        counts.Reads = 0;
        Assert.Equal(0, Allocations.During(() =>
        {
            for (var i = 0; i < 500; i++, gets++)
            {
                BitConverter.TryWriteBytes(key, i);
                missed += store.ReadFromDisk(store.FindCommitted(key).Location, key, value) == ValueReadOutcome.Copied ? 0 : 1;
            }
        }));
        Assert.Equal(0, missed);
        Assert.Equal(gets, counts.Reads);
        Close(store.Log, lane);
    }

    [Fact]
    public void Each_reader_of_recent_records_has_a_copy_of_its_own()
    {
        var bench = new LogBench { SegmentBytes = 1 << 20 }.Open();
        bench.AppendFlushed(300, 100);
        var held = new List<LogSlice>();
        for (var reader = 0; reader < 4; reader++)
        {
            Assert.Equal(LogReadOutcome.Records, bench.Log.TryRead(Lsn.None, int.MaxValue, out var slice));
            held.Add(slice!);
            Assert.Equal(bench.Log.LastLsn, slice!.Last);
            Assert.Equal(bench.Log.Digest, slice.Digest);
        }

        foreach (var slice in held)
        {
            Assert.Equal(held[0].RangeCount, slice.RangeCount);
            for (var i = 0; i < slice.RangeCount; i++)
                Assert.True(Unsafe.AreSame(ref MemoryMarshal.GetReference(held[0].Range(i)), ref MemoryMarshal.GetReference(slice.Range(i))));
        }

        foreach (var slice in held)
            slice.Dispose();
    }

    private static ShardLog OpenReal(ScratchFolder folder, StepLane lane) =>
        ShardLog.Open(Options(folder, Environment(lane)), new NoReplay());

    private static ShardLogOptions Options(ScratchFolder folder, StorageEnvironment environment) => new()
    {
        Folder = Path.Combine(folder.Path, "shard-0"),
        Shard = 0,
        ClusterId = LogBench.ClusterId,
        Environment = environment,
        Listener = new NoReplay(),
        Fsync = FsyncMode.Os,
    };

    private static StorageEnvironment Environment(StepLane lane) => StorageEnvironment.ForProcess(lane);

    private static void Close(ShardLog log, StepLane lane)
    {
        Exception? failure = new InvalidOperationException("not called");
        log.Close(error => failure = error);
        lane.Round();
        Assert.Null(failure);
    }

    private sealed class NoReplay : ILogListener, IRecordReplay
    {
        public void Flushed(Lsn through)
        {
        }

        public void FlushFailed(Exception cause) => Assert.Fail(cause.ToString());

        public void OnRecord(in RecordView record, RecordLocation location)
        {
        }
    }

    /// <summary>One participant, run by hand, without an allocation of its own.</summary>
    private sealed class StepLane : IStorageScheduler, IStorageLane
    {
        private IStorageParticipant? _waiting;

        public IStorageLane Assign() => this;

        public IStorageLane AssignBackground() => this;

        public void Schedule(IStorageParticipant participant) => _waiting = participant;

        public void ScheduleAfter(IStorageParticipant participant, TimeSpan delay)
        {
        }

        public void Round()
        {
            while (_waiting is { } participant)
            {
                _waiting = null;
                participant.WriteStep();
                participant.SyncStep();
            }
        }
    }

    private sealed class ScratchFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("log-counts-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    /// <summary>The real files; reads of segments are counted.</summary>
    private sealed class ReadCounts(string folder) : IFileLayer
    {
        private readonly PosixFileLayer _files = new();

        public int Reads { get; set; }

        public IDataFile Open(string path, FileOpening opening) => new Counted(_files.Open(path, opening), this);

        public bool FileExists(string path) => _files.FileExists(path);

        public bool FolderExists(string path) => _files.FolderExists(path);

        public void CreateFolder(string path) => _files.CreateFolder(path);

        public IReadOnlyList<string> ListFiles(string path) => _files.ListFiles(path);

        public void Rename(string from, string to) => _files.Rename(from, to);

        public void Delete(string path) => _files.Delete(path);

        public void DeleteFolder(string path) => _files.DeleteFolder(path);

        public void SyncFolder(string path) => _files.SyncFolder(path);

        public long FreeBytes(string path) => _files.FreeBytes(folder);

        private sealed class Counted(IDataFile file, ReadCounts counts) : IDataFile
        {
            public string Path => file.Path;

            public long Length => file.Length;

            public int Read(long offset, Span<byte> destination)
            {
                counts.Reads++;
                return file.Read(offset, destination);
            }

            public void Write(long offset, ReadOnlySpan<byte> source) => file.Write(offset, source);

            public void Write(long offset, ReadOnlySpan<IoRange> source) => file.Write(offset, source);

            public void Sync() => file.Sync();

            public void Truncate(long length) => file.Truncate(length);

            public void Allocate(long length) => file.Allocate(length);

            public void Dispose() => file.Dispose();
        }
    }
}
