using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Cluster.Storage.Log;

namespace Cluster.Storage.Snapshots;

/// <summary>Reads a manifest whose checksum holds, and still believes nothing: another node wrote it.</summary>
internal ref struct SnapshotManifestParser(ReadOnlySpan<byte> bytes, string path)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public SnapshotManifest Parse()
    {
        var header = Take(SnapshotManifestCodec.HeaderBytes);
        Require(BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) == 0 && header[112..].IndexOfAnyExcept((byte)0) < 0, "reserved bytes are set");
        var terms = BinaryPrimitives.ReadInt32LittleEndian(header[96..]);
        var files = BinaryPrimitives.ReadInt32LittleEndian(header[100..]);
        var controls = BinaryPrimitives.ReadInt32LittleEndian(header[104..]);
        var sections = BinaryPrimitives.ReadInt32LittleEndian(header[108..]);
        var last = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(header[64..]));
        var lastTerm = new Term(BinaryPrimitives.ReadInt64LittleEndian(header[72..]));
        Require(last.Value > 0 && last.Value < long.MaxValue && lastTerm.Value > 0, "its LSN or term cannot be");
        var timeline = Timeline(terms, last, lastTerm);
        var list = Files(files, last);
        var (configuration, topology) = Controls(controls, last);
        var others = Sections(sections);
        Require(_at == _bytes.Length, "bytes follow behind its end");
        return new SnapshotManifest
        {
            Id = MemoryMarshal.Read<Guid>(header[24..]),
            ClusterId = MemoryMarshal.Read<Guid>(header[40..]),
            Shard = BinaryPrimitives.ReadInt32LittleEndian(header[20..]),
            RecoveryGeneration = BinaryPrimitives.ReadInt64LittleEndian(header[56..]),
            Last = last,
            LastTerm = lastTerm,
            Digest = BinaryPrimitives.ReadUInt64LittleEndian(header[80..]),
            CreatedAt = BinaryPrimitives.ReadInt64LittleEndian(header[88..]),
            Timeline = timeline,
            Configuration = configuration,
            Topology = topology,
            Files = list,
            Sections = others,
        };
    }

    private List<TermStart> Timeline(int count, Lsn last, Term lastTerm)
    {
        var timeline = new List<TermStart>(Count(count, 16));
        for (var i = 0; i < count; i++)
        {
            var entry = Take(16);
            var start = new TermStart(new Term(BinaryPrimitives.ReadInt64LittleEndian(entry)), new Lsn(BinaryPrimitives.ReadInt64LittleEndian(entry[8..])));
            Require(
                start.Term.Value > 0 && start.First.Value >= 0 && start.First <= last && (i == 0 || (start.Term > timeline[^1].Term && start.First > timeline[^1].First)),
                "its timeline does not ascend");
            timeline.Add(start);
        }

        Require(timeline is [.., var newest] && newest.Term == lastTerm, "its timeline does not end with its last term");
        return timeline;
    }

    private List<SnapshotFile> Files(int count, Lsn last)
    {
        var files = new List<SnapshotFile>(Count(count, 16));
        var through = Lsn.None;
        long bytes = 0;
        for (var i = 0; i < count; i++)
        {
            var entry = Take(16);
            var name = BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]);
            Require(name <= SnapshotFile.NameBytesMax && entry[1] == 0 && BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) == 0, "a file's entry cannot be read");
            var file = new SnapshotFile((SnapshotFileKind)entry[0], Encoding.UTF8.GetString(Take(name)), BinaryPrimitives.ReadInt64LittleEndian(entry[8..]));
            Require(file.IsValid, "it names a file that no snapshot has");
            bytes = file.Length <= long.MaxValue - bytes ? bytes + file.Length : throw Damage("its files are too long");
            if (file.Kind == SnapshotFileKind.Segment)
            {
                var segment = file.Segment;
                Require(through.IsNone || segment.First == through.Next, "its segments do not follow each other");
                through = segment.Last;
            }

            files.Add(file);
        }

        Require(through == last, "its segments do not end with its last record");
        return files;
    }

    private (ControlRecord? Configuration, ControlRecord? Topology) Controls(int count, Lsn last)
    {
        ControlRecord? configuration = null;
        ControlRecord? topology = null;
        Require(count is >= 0 and <= 2, "it has too many control records");
        for (var i = 0; i < count; i++)
        {
            var entry = Take(32);
            var kind = (RecordKind)entry[0];
            var length = BinaryPrimitives.ReadInt32LittleEndian(entry[4..]);
            var record = new ControlRecord(
                kind,
                new Lsn(BinaryPrimitives.ReadInt64LittleEndian(entry[8..])),
                new Term(BinaryPrimitives.ReadInt64LittleEndian(entry[16..])),
                BinaryPrimitives.ReadInt64LittleEndian(entry[24..]),
                Take(length).ToArray());
            Require(entry[1..4].IndexOfAnyExcept((byte)0) < 0 && record.Lsn.Value > 0 && record.Lsn <= last && record.Term.Value > 0, "a control record cannot be read");
            Require(kind == RecordKind.Configuration ? configuration is null && topology is null : kind == RecordKind.Topology && topology is null, "its control records are not one of each");
            if (kind == RecordKind.Configuration)
                configuration = record;
            else
                topology = record;
        }

        return (configuration, topology);
    }

    private List<SnapshotSection> Sections(int count)
    {
        var sections = new List<SnapshotSection>(Count(count, 8));
        for (var i = 0; i < count; i++)
        {
            var entry = Take(8);
            var id = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            Require(i == 0 || id > sections[^1].Id, "its sections do not ascend");
            sections.Add(new SnapshotSection(id, Take(BinaryPrimitives.ReadInt32LittleEndian(entry[4..])).ToArray()));
        }

        return sections;
    }

    /// <summary>A count that the bytes cannot hold must not make anybody allocate.</summary>
    private readonly int Count(int count, int entryBytes)
    {
        Require(count >= 0 && count <= (_bytes.Length - _at) / entryBytes, "a count goes beyond its end");
        return count;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        Require(length >= 0 && length <= _bytes.Length - _at, "a field goes beyond its end");
        var field = _bytes.Slice(_at, length);
        _at += length;
        return field;
    }

    private readonly void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw Damage(otherwise);
    }

    private readonly SnapshotException Damage(string reason) => new(SnapshotProblem.Damaged, path, _at, reason);
}
