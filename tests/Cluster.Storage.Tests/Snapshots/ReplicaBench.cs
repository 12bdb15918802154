using Cluster.Storage.Checksums;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Cluster.Storage.Tests.Log;
using Xunit;

namespace Cluster.Storage.Tests.Snapshots;

/// <summary>One replica of a shard on a simulated disk of its own.</summary>
internal sealed class ReplicaBench(LogBench bench) : IDisposable
{
    public const int Keys = 40;

    public LogBench Bench { get; } = bench;

    public ShardStore Store { get; private set; } = null!;

    public static ReplicaBench Empty(int seed, long segmentBytes = 4000) => new(new LogBench(seed) { SegmentBytes = segmentBytes });

    /// <summary>
    /// Open, with that many records, of which the older ones have been merged into data files and released, all committed; and what a replica without any
    /// merge says about the same records.
    /// </summary>
    public static ReplicaBench Merged(int seed, int records, out string state, long segmentBytes = 2500)
    {
        var result = Empty(seed, segmentBytes);
        result.Merging = true;
        result.Open();
        using var twin = Empty(seed + 1, 1 << 20).Open();
        var random = new Random(seed);
        for (var done = 0; done < records; done += 25)
        {
            result.Append(random, 25);
            twin.Follow(result, result.Store.LastLsn);
            result.Commit();
            twin.Commit();
            result.Store.ReleaseBelow(result.Store.LastLsn - 10);
            result.Idle();
        }

        Assert.NotNull(result.Store.Manifest);
        state = twin.State();
        return result;
    }

    /// <summary>Whether it merges whatever may be merged.</summary>
    public bool Merging { get; set; }

    /// <summary>Open, with that many records in batches of several, all committed.</summary>
    public static ReplicaBench Filled(int seed, int records, long segmentBytes = 4000)
    {
        var result = Empty(seed, segmentBytes).Open();
        result.Append(new Random(seed), records);
        result.Commit();
        return result;
    }

    public ReplicaBench Open(bool createIfMissing = true)
    {
        Store = ShardStore.Open(new ShardStoreOptions
        {
            Hasher = new SipKeyHasher(1, 2),
            Epochs = new EpochDomain(),
            Merge = new MergeOptions { Enabled = Merging, Ratio = 0.2, MinBytes = 1, FileBytes = 3000, BytesPerSecond = 1 << 20 },
            Log = new ShardLogOptions
            {
                Folder = LogBench.Folder,
                Shard = 0,
                ClusterId = LogBench.ClusterId,
                Environment = Bench.Environment,
                Listener = Bench,
                CreateIfMissing = createIfMissing,
                SegmentBytes = Bench.SegmentBytes,
                BufferBytes = Bench.BufferBytes,
                Fsync = Bench.Fsync,
            },
        });
        Bench.ForgetFlushed(Store.FlushedLsn);
        Bench.Term = Term.Max(Bench.Term, Store.LastTerm);
        return this;
    }

    /// <summary>Every kind of record, in batches of several; a new term now and then.</summary>
    public void Append(Random random, int records)
    {
        for (var i = 0; i < records; i++)
        {
            if (random.Next(60) == 0)
                Bench.Term = Bench.Term.Next;
            AppendOne(random);
            if (random.Next(4) == 0)
                Flush();
        }

        Flush();
    }

    public void Flush()
    {
        Store.RequestFlush();
        Bench.Scheduler.RunAll();
        Assert.Equal(Store.LastLsn, Store.FlushedLsn);
    }

    public void Commit() => Store.AdvanceCommit(Store.LastLsn);

    /// <summary>What works in the background gets its turns.</summary>
    public void Idle()
    {
        for (var i = 0; i < 50; i++)
        {
            Bench.Time.Advance(TimeSpan.FromMilliseconds(2));
            Bench.Scheduler.RunAll();
            Store.ReclaimMemory();
        }
    }

    public void Close()
    {
        Assert.Null(Bench.Wait(Store.Close));
        Store.Dispose();
    }

    /// <summary>Follows another replica up to that record, as a follower does.</summary>
    public void Follow(ReplicaBench leader, Lsn through)
    {
        while (Store.LastLsn < through)
        {
            var outcome = leader.Store.Log.TryRead(Store.LastLsn, 500, out var slice);
            if (outcome == LogReadOutcome.NotInBuffer)
                outcome = leader.Store.Log.ReadFromDisk(Store.LastLsn, 500, out slice);
            Assert.Equal(LogReadOutcome.Records, outcome);
            using (slice)
            {
                var bytes = new byte[slice!.Length];
                slice.CopyTo(bytes);
                var isWhole = slice.Last <= through;
                Assert.Equal(AppendRefusal.None, Store.AppendEncoded(isWhole ? bytes : Prefix(bytes, through), isWhole ? slice.Digest : null).Refusal);
            }

            Flush();
        }

        Bench.Term = Term.Max(Bench.Term, Store.LastTerm);
    }

    /// <summary>A replica that holds exactly the records up to there, all committed: what a snapshot there must be equal to.</summary>
    public ReplicaBench TwinAt(Lsn last)
    {
        var twin = Empty(99, 1 << 20).Open();
        twin.Follow(this, last);
        twin.Commit();
        return twin;
    }

    /// <summary>Everything that a client or another replica could learn, without the places where it lies.</summary>
    public string State(long now = 2_000_000)
    {
        var text = new System.Text.StringBuilder();
        text.Append($"last {Store.LastLsn} commit {Store.CommitLsn} term {Store.LastTerm} digest {Store.Digest:x} count {Store.Count} terms {string.Join(' ', Store.Terms.Entries.ToArray())} ");
        foreach (var control in new[] { Store.CommittedConfiguration, Store.CommittedTopology })
            text.Append($"{control?.Kind} {control?.Lsn} {control?.Term} {control?.Timestamp} {Convert.ToHexString((control?.Payload ?? default).Span)} ");
        for (var key = 0; key < Keys; key++)
        {
            var name = BitConverter.GetBytes(key);
            var found = Store.FindCommitted(name);
            if (!found.Found)
                continue;
            var value = new byte[found.ValueLength(4)];
            var expired = Store.ReadFromDisk(found.Location, name, new byte[value.Length], now);
            Assert.Equal(ValueReadOutcome.Copied, Store.ReadFromDisk(found.Location, name, value));
            text.Append($"{key}:{value.Length}+{Crc32C.Compute(value):x}{(expired == ValueReadOutcome.Copied ? "" : "x")} ");
        }

        return text.ToString();
    }

    public SnapshotReceiveOptions ReceiveOptions(long syncBytes = 1 << 20) => new()
    {
        Folder = LogBench.Folder,
        Shard = 0,
        ClusterId = LogBench.ClusterId,
        Environment = Bench.Environment,
        SyncBytes = syncBytes,
    };

    public SnapshotLease Lease(SnapshotOptions? options = null)
    {
        var lease = Store.BeginSnapshot(options).Complete();
        Assert.NotNull(lease);
        return lease;
    }

    /// <summary>The whole stream.</summary>
    public static List<byte[]> Chunks(SnapshotLease lease, int contentBytes, SnapshotPosition from = default)
    {
        var reader = new SnapshotReader(lease, contentBytes);
        Assert.True(reader.TrySeek(from));
        var chunks = new List<byte[]>();
        var buffer = new byte[reader.ChunkBytesMax];
        while (reader.TryRead(buffer, out var length))
            chunks.Add(buffer[..length]);
        return chunks;
    }

    /// <summary>Receives and installs; the store is open afterwards.</summary>
    public ReplicaBench Restore(SnapshotLease lease, int contentBytes = 700, OldReplica old = OldReplica.Replace)
    {
        using (var receiver = SnapshotReceiver.OpenOrBegin(ReceiveOptions()))
        {
            foreach (var chunk in Chunks(lease, contentBytes, receiver.Position))
            {
                var expected = receiver.BytesTotal > 0 && receiver.BytesReceived + chunk.Length - SnapshotChunk.HeaderBytes == receiver.BytesTotal ? SnapshotAcceptance.Complete : SnapshotAcceptance.Taken;
                Assert.Equal(expected, receiver.Accept(chunk));
            }

            Assert.True(receiver.IsComplete);
            Assert.Equal(receiver.BytesTotal, receiver.BytesReceived);
        }

        SnapshotInstall.Run(ReceiveOptions(), old);
        return Open(createIfMissing: false);
    }

    public void Dispose() => Store?.Dispose();

    private static byte[] Prefix(byte[] records, Lsn through)
    {
        var at = 0;
        while (at < records.Length && RecordView.FromTrusted(records.AsSpan(at, RecordView.LengthAt(records.AsSpan(at)))).Lsn <= through)
            at += RecordView.LengthAt(records.AsSpan(at));
        return records[..at];
    }

    private void AppendOne(Random random)
    {
        var key = BitConverter.GetBytes(random.Next(Keys));
        var term = Bench.Term;
        var now = Store.LastLsn.Value * 10;
        switch (random.Next(50))
        {
            case 0:
                Store.AppendFlushKeys(term, now, SessionStamp.None);
                break;
            case 1:
                Store.AppendConfiguration(term, now, key);
                break;
            case 2:
                Store.AppendTopology(term, now, key);
                break;
            case 3:
                Store.AppendNoOp(term, now);
                break;
            case < 12:
                Store.AppendDelete(term, now, SessionStamp.None, key);
                break;
            default:
                var value = new byte[random.Next(150)];
                random.NextBytes(value);
                Store.AppendPut(term, now, SessionStamp.None, key, value, random.Next(3) == 0 ? 1_000_000 : 0);
                break;
        }
    }
}
