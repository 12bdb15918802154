using Cluster.Storage.Archive.Age;
using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Restore;
using Cluster.Storage.Archive.Stores;
using Cluster.Storage.Archive.Verify;
using Cluster.Storage.Snapshots;
using Cluster.TestSupport.Storage;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Layout;

/// <summary>An archive in memory, filled as archivers do, and read back as a restore does.</summary>
internal sealed class ArchiveBench(MemoryObjectStore store, IReadOnlyDictionary<int, ShardHistory> shards)
{
    public static readonly AgeIdentity Identity = AgeIdentity.Parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
    public static readonly ArchiveRoot Root = new("backup", ShardHistory.Cluster, 3);
    public static readonly Guid NodeA = new("aaaaaaaa-0000-0000-0000-000000000001");
    public static readonly Guid NodeB = new("bbbbbbbb-0000-0000-0000-000000000002");
    public static readonly RetryPolicy Retries = new() { Attempts = 3, Delay = TimeSpan.FromMilliseconds(1) };

    public MemoryObjectStore Store => store;

    public IReadOnlyDictionary<int, ShardHistory> Shards => shards;

    /// <summary>Two leaders whose files overlap, tails of several shards, a snapshot in the middle of a segment, a recorded gap behind which a snapshot begins anew.</summary>
    public static ArchiveBench Small(ArchiveEncoding encoding)
    {
        var shards = new Dictionary<int, ShardHistory> { [-1] = new(-1, 1, 60), [0] = new(0, 2, 200), [1] = new(1, 3, 200) };
        var bench = new ArchiveBench(new MemoryObjectStore(), shards);
        bench.Segment(-1, NodeA, 1, 60, encoding);
        bench.Segment(0, NodeA, 1, 60, encoding);
        bench.Segment(0, NodeA, 61, 120, encoding);
        bench.Segment(0, NodeB, 90, 160, encoding);
        bench.Segment(1, NodeA, 1, 50, encoding);
        bench.Gap(1, 51, 90);
        bench.Snapshot(1, 90, encoding);
        bench.Segment(1, NodeB, 80, 150, encoding, also: 90);
        bench.Tail(NodeA, 7, encoding, (0, 150, 180), (1, 140, 170));
        bench.Tail(NodeB, 1, encoding, (0, 181, 200), (1, 171, 200));
        bench.Info(2);
        bench.Lease(NodeB, shards[-1].Head(new(60)), shards[0].Head(new(200)), shards[1].Head(new(200)));
        return bench;
    }

    public ArchiveObject Segment(int shard, Guid node, long first, long last, ArchiveEncoding encoding, long also = 0)
    {
        var (from, to) = (new Lsn(first), new Lsn(last));
        var file = shards[shard].File(from, to);
        var name = ArchiveNames.Segment(shard, shards[shard].Term(to), from, to, encoding);
        return Put(ArchiveObjectKind.Segment, name, node, encoding, [file], [Scan(file, to, 0, also)]);
    }

    public ArchiveObject Tail(Guid node, long sequence, ArchiveEncoding encoding, params (int Shard, long First, long Last)[] parts)
    {
        var ranges = new List<ArchiveRange>();
        var content = new List<byte>();
        foreach (var (shard, first, last) in parts)
        {
            var file = shards[shard].File(new Lsn(first), new Lsn(last));
            ranges.Add(Scan(file, new Lsn(last), content.Count, 0));
            content.AddRange(file);
        }

        return Put(ArchiveObjectKind.Tail, ArchiveNames.Tail(node, sequence, encoding), node, encoding, [[.. content]], ranges);
    }

    /// <summary>A manifest and a file, in two parts.</summary>
    public ArchiveObject Snapshot(int shard, long last, ArchiveEncoding encoding)
    {
        var history = shards[shard];
        var lsn = new Lsn(last);
        var id = new Guid(shard + 1, 9, 9, BitConverter.GetBytes(last));
        var segment = history.File(new Lsn(Math.Max(1, last - 20)), lsn);
        var terms = Terms(history, lsn);
        var manifest = new SnapshotManifest
        {
            Id = id,
            ClusterId = ShardHistory.Cluster,
            Shard = shard,
            Last = lsn,
            LastTerm = history.Term(lsn),
            Digest = history.Mark(lsn).Digest,
            CreatedAt = 5,
            Timeline = terms,
            Files = [new SnapshotFile(SnapshotFileKind.Segment, new Storage.Log.SegmentName(new Lsn(Math.Max(1, last - 20)), lsn).ToString(), segment.Length)],
        }.Encode();
        byte[] stream = [.. manifest, .. segment];
        var cut = manifest.Length + (segment.Length / 2);
        var range = new ArchiveRange
        {
            Shard = shard, First = lsn, Last = lsn, Marks = [history.Mark(lsn)], Terms = terms, FirstTime = history.Time(lsn), LastTime = history.Time(lsn), Bytes = stream.Length,
        };
        return Put(ArchiveObjectKind.Snapshot, ArchiveNames.Snapshot(shard, lsn, id), NodeA, encoding, [stream[..cut], stream[cut..]], [range]);
    }

    public void Gap(int shard, long first, long last)
    {
        var value = new ArchiveObject
        {
            Kind = ArchiveObjectKind.Gap, Name = ArchiveNames.Gap(shard, new Lsn(first), new Lsn(last)), ClusterId = ShardHistory.Cluster, Generation = Root.Generation, Node = NodeA, CreatedAt = 6,
            Reason = "the archive was too far behind", Ranges = [new ArchiveRange { Shard = shard, First = new Lsn(first), Last = new Lsn(last), Marks = [], Terms = [], FirstTime = 1, LastTime = 2 }],
        };
        ArchiveUpload.PutAsync(store, Root.Path, value, [], Retries).GetAwaiter().GetResult();
    }

    public void Info(int count)
    {
        var info = new ArchiveInfo
        {
            Sequence = 1, ClusterId = ShardHistory.Cluster, Generation = Root.Generation, ShardCount = count, CreatedAt = 7,
            HashSlots = [new(0, 8191, 0), new(8192, 16383, 1)], Settings = new Dictionary<string, string> { ["cluster.replicas"] = "3" },
        };
        Assert.Equal(UploadOutcome.Stored, ArchiveUpload.PutOneAsync(store, Root.Path, info.Name, ObjectContent.FromBytes(info.Encode()), Retries).GetAwaiter().GetResult());
    }

    public void Lease(Guid node, params ArchiveHead[] heads)
    {
        var lease = new ArchiveLeaseDocument { Node = node, Process = new Guid(8, 8, 8, new byte[8]), Renewal = 4, DurationMs = 30_000, RenewedAt = 8, Heads = heads };
        store.Place(Root.Path + lease.Name, lease.Encode());
    }

    public Task<ArchiveVerification> VerifyAsync(bool identity = true) =>
        ArchiveVerifier.VerifyAsync(store, Root, new ArchiveVerifyOptions { Retries = Retries, Identities = identity ? [Identity] : [] });

    /// <summary>Reads what the plan says and compares every record with the model. Returns the last record of each shard.</summary>
    public async Task<Dictionary<int, Lsn>> RestoreAsync(RestorePlan plan)
    {
        var ends = new Dictionary<int, Lsn>();
        foreach (var shard in plan.Shards)
        {
            var history = shards[shard.Shard];
            var at = shard.Start.StartMark.Lsn;
            Assert.Equal(history.Mark(at), shard.Start.StartMark);
            if (shard.Start.Start is { } snapshot)
                Assert.Equal(snapshot.PlainBytes, (await ReadAsync(snapshot)).Length);
            foreach (var step in shard.Steps)
            {
                var bytes = await ReadAsync(step.Object);
                var content = new MemoryStream(bytes, (int)step.Range.Offset, (int)step.Range.Bytes);
                RangeScan.Read(content, step.Range.Bytes, step.Range.Last, ShardHistory.Cluster, 0, step.Object.Name, null, (in RecordView record) =>
                {
                    if (record.Lsn <= step.After || record.Lsn > step.Through || record.Lsn > (shard.Through ?? record.Lsn) || record.Timestamp > (shard.Time ?? long.MaxValue))
                        return;
                    Assert.Equal(at.Next, record.Lsn);
                    Assert.True(record.Bytes.SequenceEqual(history.Record(record.Lsn)));
                    at = record.Lsn;
                });
            }

            ends[shard.Shard] = at;
        }

        return ends;
    }

    private static List<TermStart> Terms(ShardHistory history, Lsn last)
    {
        var terms = new List<TermStart>();
        for (var lsn = Lsn.First; lsn <= last; lsn = lsn.Next)
        {
            if (terms.Count == 0 || terms[^1].Term != history.Term(lsn))
                terms.Add(new TermStart(history.Term(lsn), lsn));
        }

        return terms;
    }

    private static ArchiveRange Scan(byte[] file, Lsn last, long offset, long also) =>
        RangeScan.Read(new MemoryStream(file), file.Length, last, ShardHistory.Cluster, offset, "made here", also == 0 ? [] : [new Lsn(also)]);

    private async Task<byte[]> ReadAsync(ArchiveObject value)
    {
        var plain = new MemoryStream();
        foreach (var file in value.Files)
        {
            var stored = await ObjectTransfer.ReadAsync(store, Root.Path + file.Name, 64 << 20, Retries);
            using var decoded = ArchiveContent.Decode(new MemoryStream(stored), value.Encoding, [Identity]);
            await decoded.Plain.CopyToAsync(plain);
        }

        return plain.ToArray();
    }

    private ArchiveObject Put(ArchiveObjectKind kind, string name, Guid node, ArchiveEncoding encoding, byte[][] plain, IReadOnlyList<ArchiveRange> ranges)
    {
        var files = new List<ArchiveFile>();
        var contents = new List<ObjectContent>();
        foreach (var part in plain)
        {
            var stored = new MemoryStream();
            var file = kind == ArchiveObjectKind.Snapshot ? ArchiveNames.SnapshotPart(name, files.Count, encoding) : name;
            files.Add(ArchiveContent.Encode(new MemoryStream(part), stored, file, encoding, [Identity.Recipient]));
            contents.Add(ObjectContent.FromBytes(stored.ToArray()));
        }

        var value = new ArchiveObject
        {
            Kind = kind, Name = name, ClusterId = ShardHistory.Cluster, Generation = Root.Generation, Node = node, CreatedAt = 5, Encoding = encoding,
            PlainBytes = plain.Sum(static part => (long)part.Length), Files = files, Ranges = ranges,
        };
        ArchiveUpload.PutAsync(store, Root.Path, value, contents, Retries).GetAwaiter().GetResult();
        return value;
    }
}
