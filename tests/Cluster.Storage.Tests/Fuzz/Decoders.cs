using Cluster.Storage.Files;
using Cluster.Storage.Keys;
using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Keys.Hints;
using Cluster.Storage.Log;
using Cluster.Storage.Snapshots;
using Cluster.Storage.State;
using Cluster.Storage.Tests.Flips;
using Cluster.TestSupport.Storage;

namespace Cluster.Storage.Tests.Fuzz;

/// <summary>
/// One reader of foreign bytes: sound samples, how to read, and how to make a checksum hold again, so that damage comes further than the first check.
/// </summary>
internal sealed record Decoder(string Name, IReadOnlyList<byte[]> Samples, Action<byte[]> Read, Action<byte[]>? Seal = null)
{
    public override string ToString() => Name;
}

/// <summary>Every decoder of Storage, with samples from a shard that has everything.</summary>
internal sealed class Decoders
{
    private const string Folder = FlipImage.Folder;

    private readonly SimulatedFileLayer _disk;
    private readonly SimulatedFileLayer _files = new();
    private readonly FlipImage _image = new(200_000, hints: true, clean: true);

    public Decoders()
    {
        _disk = _image.Files.Fork();
        _files.CreateFolder(FlipImage.Root);
        _files.CreateFolder(Folder);
        var segments = Samples(".seg");
        var hint = _image.Paths.First(static path => path.EndsWith(SegmentName.HintSuffix, StringComparison.Ordinal));
        var name = new SegmentName(Lsn.First, Lsn.First);
        foreach (var file in _disk.ListFiles(Folder))
        {
            if (SegmentName.TryParse(file, out var parsed) && parsed.IsSealed && hint.EndsWith(parsed.HintName, StringComparison.Ordinal))
                name = parsed;
        }

        var segment = _disk.ReadAll(Path.Combine(Folder, name.ToString()));
        SegmentHeader.TryRead(segment, out var header);
        HintHeader.TryRead(_disk.ReadAll(hint), out var hintHeader);
        var manifest = ShardManifestFile.Read(_disk, Folder)!;
        var dataFile = _disk.ReadAll(Path.Combine(Folder, manifest.Files[0].Name));
        BatchHeader.TryRead(segment.AsSpan(SegmentHeader.Bytes), out var batch);
        var records = segment[(SegmentHeader.Bytes + BatchHeader.Bytes)..(SegmentHeader.Bytes + batch.Length)];
        var (snapshot, chunk) = TakeSnapshot();
        All =
        [
            new("segment header", Heads(segments, SegmentHeader.Bytes), static bytes => SegmentHeader.TryRead(bytes, out _), Sealing.Head(SegmentHeader.Bytes)),
            new("batch header", Heads([segment[SegmentHeader.Bytes..]], BatchHeader.Bytes), static bytes => BatchHeader.TryRead(bytes, out _)),
            new("segment file", segments, ScanSegment, Sealing.Batches),
            new("record", [records], ReadRecords),
            new("records of a leader", [records], bytes => new EncodedCheck(header.First - 1, header.TermBefore, 0, header.DigestBefore).All(bytes)),
            new("key operation", [RecordView.FromTrusted(records.AsSpan(0, RecordView.LengthAt(records))).Payload.ToArray()], ReadOperations),
            new("hint header", Heads([_disk.ReadAll(hint)], HintHeader.Bytes), static bytes => HintHeader.TryRead(bytes, out _), Sealing.Head(HintHeader.Bytes)),
            new("hint entry", [_disk.ReadAll(hint)[(HintHeader.Bytes + HintReader.BlockHeadBytes)..]], bytes => ReadEntries(bytes, hintHeader)),
            new("hint file", [_disk.ReadAll(hint)], bytes => ReadHint(bytes, name, header, segment.Length), Sealing.Hint),
            new("shard state", Heads(Samples(ShardStateFile.FileName), ShardState.Bytes), static bytes => ShardState.TryRead(bytes, out _, out _), Sealing.Head(ShardState.Bytes)),
            new("shard state file", Samples(ShardStateFile.FileName), ReadShardState, Sealing.Head(ShardState.Bytes)),
            new("node file", [_disk.ReadAll(Path.Combine(FlipImage.Root, NodeStateFile.FileName))], ReadNodeFile, Sealing.StateFile),
            new("cut intent", [CutIntentBytes()], ReadCutIntent, Sealing.StateFile),
            new("shard manifest", Samples(ShardManifestFile.FileName), ReadManifest, Sealing.StateFile),
            new("data file header", [dataFile[..DataFileHeader.Bytes]], static bytes => DataFileHeader.TryRead(bytes, out _), Sealing.Head(DataFileHeader.Bytes)),
            new("data file", [dataFile], bytes => ReadDataFile(bytes, manifest), bytes => Sealing.DataFile(bytes, manifest.Files[0].Bytes)),
            new("snapshot manifest", [snapshot], static bytes => SnapshotManifest.Decode(bytes), Sealing.SnapshotManifest),
            new("snapshot chunk", [chunk], static bytes => SnapshotChunk.TryRead(bytes, out _), Sealing.Chunk),
            new("file names", [.. _disk.ListFiles(Folder).Select(System.Text.Encoding.Latin1.GetBytes)], static bytes => SegmentName.TryParse(System.Text.Encoding.Latin1.GetString(bytes), out _)),
        ];
    }

    public IReadOnlyList<Decoder> All { get; }

    private static byte[][] Heads(IReadOnlyList<byte[]> files, int bytes) => [.. files.Select(file => file[..bytes])];

    private byte[][] Samples(string suffix) =>
        [.. _image.Paths.Where(path => path.EndsWith(suffix, StringComparison.Ordinal)).Select(_disk.ReadAll).Take(4)];

    private (byte[] Manifest, byte[] Chunk) TakeSnapshot()
    {
        var scheduler = _image.NewScheduler(out _);
        var store = _image.Open(_disk.Fork(), scheduler);
        using var lease = store.BeginSnapshot().Complete()!;
        var reader = new SnapshotReader(lease, 600);
        var chunk = new byte[reader.ChunkBytesMax];
        reader.TryRead(chunk, out var length);
        var manifest = lease.Manifest.Encode();
        store.Dispose();
        return (manifest, chunk[..length]);
    }

    private byte[] CutIntentBytes()
    {
        new CutIntent { Keep = new Lsn(7), Shortened = new Lsn(3), Length = 900, HeaderOffset = 200, Header = new byte[BatchHeader.Bytes] }.Save(_files, Folder, ICrashPoints.None);
        return _files.ReadAll(Path.Combine(Folder, CutIntent.FileName));
    }

    private void Put(string path, byte[] bytes)
    {
        using var file = _files.Open(path, FileOpening.Replace);
        file.Write(0, bytes);
        file.Sync();
    }

    private void ScanSegment(byte[] bytes)
    {
        if (!SegmentHeader.TryRead(bytes, out var header))
            return;
        Put("/x", bytes);
        using var file = _files.Open("/x", FileOpening.Read);
        using var scanner = new BatchScanner(file, header);
        while (scanner.TryNext(out _, out var batch))
        {
            for (var at = BatchHeader.Bytes; at < batch.Length; at += RecordView.LengthAt(batch[at..]))
                RecordRules.Check(RecordView.FromTrusted(batch[at..][..RecordView.LengthAt(batch[at..])]));
        }

        SyncedEvidence.Find(_files, "/", scanner.NextLsn, Lsn.None, file, scanner.Offset, header, []);
    }

    private static void ReadRecords(byte[] bytes)
    {
        for (ReadOnlySpan<byte> rest = bytes; RecordView.TryParse(rest, out var record); rest = rest[record.Length..])
            RecordRules.Check(record);
    }

    private static void ReadOperations(byte[] bytes)
    {
        for (ReadOnlySpan<byte> rest = bytes; KeyOperationView.TryParse(rest, out var operation); rest = rest[operation.Length..])
            _ = (operation.Key.Length, operation.Value.Length, operation.ExpiresAt);
    }

    private static void ReadEntries(byte[] bytes, in HintHeader header)
    {
        for (ReadOnlySpan<byte> rest = bytes; HintEntry.TryRead(rest, header, out var entry); rest = rest[entry.Length..])
            _ = (entry.Kind, entry.Extra.Length);
    }

    private void ReadHint(byte[] bytes, in SegmentName name, in SegmentHeader header, long segmentBytes)
    {
        Put(Path.Combine(Folder, name.HintName), bytes);
        using var reader = HintReader.TryOpen(_files, Folder, new SealedSegment(name, header, 1, segmentBytes));
        while (reader?.TryNextBlock(out _) == true)
        {
        }
    }

    private void ReadShardState(byte[] bytes)
    {
        Put(Path.Combine(Folder, ShardStateFile.FileName), bytes);
        ShardStateFile.Peek(_files, Folder);
    }

    private void ReadNodeFile(byte[] bytes)
    {
        Put(Path.Combine(FlipImage.Root, NodeStateFile.FileName), bytes);
        _image.OpenNode(_files);
    }

    private void ReadCutIntent(byte[] bytes)
    {
        Put(Path.Combine(Folder, CutIntent.FileName), bytes);
        CutIntent.Load(_files, Folder);
    }

    private void ReadManifest(byte[] bytes)
    {
        Put(Path.Combine(Folder, ShardManifestFile.FileName), bytes);
        ShardManifestFile.Read(_files, Folder);
    }

    private void ReadDataFile(byte[] bytes, ShardManifest manifest)
    {
        Put("/x", bytes);
        using var file = _files.Open("/x", FileOpening.Read);
        using var reader = DataFileReader.Open(file, manifest.Files[0], manifest.Shard, manifest.ClusterId, values: true);
        while (reader.TryNext())
        {
            for (var index = reader.Index; !index.IsEmpty;)
            {
                var entry = reader.Take(ref index);
                if (entry.Kind != DataEntryKind.Tombstone)
                    reader.Operation(entry, out _);
            }
        }
    }
}
