using System.Text.Json;
using Cluster.Storage.Archive.Stores;

namespace Cluster.Storage.Archive.Layout;

/// <summary>The bytes of side objects and gaps (docs/formats/archive.md), and the rules that what they say must keep among itself.</summary>
public static class ArchiveObjectCodec
{
    private const string Format = "cluster-archive-side";

    public static byte[] Encode(ArchiveObject value)
    {
        if (Flaw(value) is { } flaw)
            throw new ArchiveException(value.Name, flaw);
        return SealedJson.Seal(Format, writer =>
        {
            writer.WriteString("kind", Name(value.Kind));
            writer.WriteString("object", value.Name);
            writer.WriteString("cluster", value.ClusterId);
            writer.WriteNumber("generation", value.Generation);
            writer.WriteString("node", value.Node);
            writer.WriteNumber("createdAt", value.CreatedAt);
            writer.WriteBoolean("lz4", value.Encoding.HasFlag(ArchiveEncoding.Lz4));
            writer.WriteBoolean("age", value.Encoding.HasFlag(ArchiveEncoding.Age));
            writer.WriteNumber("plainBytes", value.PlainBytes);
            if (value.Reason is not null)
                writer.WriteString("reason", value.Reason);
            writer.WriteStartArray("files");
            foreach (var file in value.Files)
            {
                writer.WriteStartObject();
                writer.WriteString("name", file.Name);
                writer.WriteNumber("bytes", file.Bytes);
                writer.WriteString("sha256", file.Sha256);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("ranges");
            foreach (var range in value.Ranges)
                WriteRange(writer, range);
            writer.WriteEndArray();
        });
    }

    /// <summary>Throws <see cref="ArchiveException"/> unless the bytes are one whole side object or gap, and it lies where it says.</summary>
    /// <param name="bytes">As stored.</param>
    /// <param name="sideName">Where it was found, below the root.</param>
    public static ArchiveObject Decode(ReadOnlySpan<byte> bytes, string sideName) => SealedJson.Open(bytes, Format, sideName, root =>
    {
        var value = new ArchiveObject
        {
            Kind = KindOf(root.GetProperty("kind").GetString()),
            Name = root.GetProperty("object").GetString()!,
            ClusterId = root.GetProperty("cluster").GetGuid(),
            Generation = root.GetProperty("generation").GetInt64(),
            Node = root.GetProperty("node").GetGuid(),
            CreatedAt = root.GetProperty("createdAt").GetInt64(),
            Encoding = (root.GetProperty("lz4").GetBoolean() ? ArchiveEncoding.Lz4 : 0) | (root.GetProperty("age").GetBoolean() ? ArchiveEncoding.Age : 0),
            PlainBytes = root.GetProperty("plainBytes").GetInt64(),
            Reason = root.TryGetProperty("reason", out var reason) ? reason.GetString() : null,
            Files = ReadAll(root.GetProperty("files"), static file => new ArchiveFile(
                file.GetProperty("name").GetString()!, file.GetProperty("bytes").GetInt64(), file.GetProperty("sha256").GetString() ?? throw new FormatException("a file has a hash"))),
            Ranges = ReadAll(root.GetProperty("ranges"), ReadRange),
        };
        if (value.SideName != sideName)
            throw new ArchiveException(sideName, $"it says that it is {value.SideName}: it was copied or renamed");
        return Flaw(value) is { } flaw ? throw new ArchiveException(sideName, flaw) : value;
    });

    private static void WriteRange(Utf8JsonWriter writer, ArchiveRange range)
    {
        writer.WriteStartObject();
        writer.WriteNumber("shard", range.Shard);
        writer.WriteNumber("first", range.First.Value);
        writer.WriteNumber("last", range.Last.Value);
        writer.WriteNumber("firstTime", range.FirstTime);
        writer.WriteNumber("lastTime", range.LastTime);
        writer.WriteNumber("offset", range.Offset);
        writer.WriteNumber("bytes", range.Bytes);
        writer.WriteNumber("termBefore", range.TermBefore.Value);
        writer.WriteStartArray("terms");
        foreach (var start in range.Terms)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(start.Term.Value);
            writer.WriteNumberValue(start.First.Value);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("digests");
        foreach (var mark in range.Marks)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(mark.Lsn.Value);
            SealedJson.WriteDigest(writer, mark.Digest);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static ArchiveRange ReadRange(JsonElement element) => new()
    {
        Shard = element.GetProperty("shard").GetInt32(),
        First = new Lsn(element.GetProperty("first").GetInt64()),
        Last = new Lsn(element.GetProperty("last").GetInt64()),
        FirstTime = element.GetProperty("firstTime").GetInt64(),
        LastTime = element.GetProperty("lastTime").GetInt64(),
        Offset = element.GetProperty("offset").GetInt64(),
        Bytes = element.GetProperty("bytes").GetInt64(),
        TermBefore = new Term(element.GetProperty("termBefore").GetInt64()),
        Terms = ReadAll(element.GetProperty("terms"), static pair => new TermStart(new Term(pair[0].GetInt64()), new Lsn(pair[1].GetInt64()))),
        Marks = ReadAll(element.GetProperty("digests"), static pair => new ArchiveMark(new Lsn(pair[0].GetInt64()), SealedJson.ReadDigest(pair[1]))),
    };

    private static List<T> ReadAll<T>(JsonElement array, Func<JsonElement, T> read)
    {
        var items = new List<T>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() != 2)
                throw new FormatException("a pair has two values");
            items.Add(read(element));
        }

        return items;
    }

    /// <summary>What is wrong with it; null if A3 and the order within hold.</summary>
    private static string? Flaw(ArchiveObject value)
    {
        if (!ObjectName.IsValid(value.Name) || value.PlainBytes < 0 || value.Generation < 0)
            return "a field is out of its range";
        foreach (var file in value.Files)
        {
            if (!ObjectName.IsValid(file.Name) || file.Bytes < 0 || file.Sha256.Length != 64 || !(file.Name == value.Name || file.Name.StartsWith(value.Name + "/", StringComparison.Ordinal)))
                return $"its file {file.Name} cannot be";
        }

        var counts = value.Kind switch
        {
            ArchiveObjectKind.Segment => value.Files.Count == 1 && value.Ranges.Count == 1,
            ArchiveObjectKind.Tail => value.Files.Count == 1 && value.Ranges.Count >= 1,
            ArchiveObjectKind.Snapshot => value.Files.Count >= 1 && value.Ranges.Count == 1,
            _ => value.Files.Count == 0 && value.Ranges.Count == 1 && value.Reason is not null,
        };
        if (!counts)
            return "it has not the files and ranges of its kind";
        long offset = 0;
        var shards = new HashSet<int>();
        foreach (var range in value.Ranges)
        {
            if (range.Shard < -1 || !shards.Add(range.Shard) || range.Offset != offset || range.Bytes < 0)
                return $"the range of shard {range.Shard} is not where it belongs";
            offset += range.Bytes;
            if (RangeFlaw(value.Kind, range) is { } flaw)
                return $"the range of shard {range.Shard}: {flaw}";
        }

        return value.Kind == ArchiveObjectKind.Gap || offset == value.PlainBytes ? null : "its ranges do not fill its content";
    }

    private static string? RangeFlaw(ArchiveObjectKind kind, ArchiveRange range)
    {
        if (range.First < Lsn.First || range.Last < range.First || range.FirstTime > range.LastTime || range.TermBefore < Term.None)
            return "its ends are out of order";
        var before = range.TermBefore;
        var at = kind == ArchiveObjectKind.Snapshot ? Lsn.None : range.First - 1;
        foreach (var start in range.Terms)
        {
            if (start.Term < before || start.First <= at || start.First > range.Last || start.Term.IsNone)
                return "its terms are out of order";
            (before, at) = (start.Term.Next, start.First);
        }

        if (kind == ArchiveObjectKind.Gap)
            return range.Marks.Count == 0 && range.Terms.Count == 0 ? null : "a gap has neither digests nor terms";
        if (range.Terms.Count == 0 || (kind != ArchiveObjectKind.Snapshot && range.Terms[0].First != range.First))
            return "the term of its first record is missing";
        if (kind == ArchiveObjectKind.Snapshot)
            return range.Marks.Count == 1 && range.Marks[0].Lsn == range.Last ? null : "a snapshot has the digest of its end alone";
        if (range.Marks.Count < 2 || range.Marks[0].Lsn != range.First - 1 || range.Marks[^1].Lsn != range.Last || (range.First == Lsn.First && range.Marks[0].Digest != 0))
            return "the digests of its ends are missing";
        for (var i = 1; i < range.Marks.Count; i++)
        {
            if (range.Marks[i].Lsn <= range.Marks[i - 1].Lsn)
                return "its digests are out of order";
        }

        // Without them it might join nothing.
        var next = 0;
        foreach (var position in ArchiveMarks.Positions(range.First - 1, range.Last))
        {
            while (range.Marks[next].Lsn < position)
                next++;
            if (range.Marks[next].Lsn != position)
                return $"the digest of record {position} is missing";
        }

        return null;
    }

    private static string Name(ArchiveObjectKind kind) => kind switch
    {
        ArchiveObjectKind.Segment => "segment",
        ArchiveObjectKind.Tail => "tail",
        ArchiveObjectKind.Snapshot => "snapshot",
        _ => "gap",
    };

    private static ArchiveObjectKind KindOf(string? name) => name switch
    {
        "segment" => ArchiveObjectKind.Segment,
        "tail" => ArchiveObjectKind.Tail,
        "snapshot" => ArchiveObjectKind.Snapshot,
        "gap" => ArchiveObjectKind.Gap,
        _ => throw new FormatException($"kind {name}"),
    };
}
