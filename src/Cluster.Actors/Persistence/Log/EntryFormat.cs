using System.Buffers.Binary;
using System.Text;
using Cluster.Actors.Wire;
using Cluster.Storage;
using Cluster.Storage.Checksums;

namespace Cluster.Actors.Persistence.Log;

/// <summary>What a record of a persistence log says. The values are on disk: append only.</summary>
internal enum PersistenceRecordType : byte
{
    /// <summary>An atomic write.</summary>
    Write = 1,

    /// <summary>An entry of an earlier record, rewritten so that the earlier one can go.</summary>
    Copy = 2,

    /// <summary>The highest number ever given, and up to which all entries are deleted.</summary>
    Floor = 3,

    /// <summary>Single entries are deleted.</summary>
    Removal = 4,
}

/// <summary>The numbers of docs/formats/persistence.md. Little-endian throughout.</summary>
internal static class EntryFormat
{
    /// <summary>Length and checksum before an entry's body.</summary>
    public const int EntryHeaderBytes = 8;

    /// <summary>Type, reserved bytes, number of entries, length of the persistence id.</summary>
    private const int HeadBytes = 12;

    private const int BodyFixedBytes = 8 + 8 + 4 + (4 * 4);

    public static int HeadLength(string persistenceId) => HeadBytes + Encoding.UTF8.GetByteCount(persistenceId);

    public static long EntryLength(EntryContent entry) =>
        EntryHeaderBytes + BodyFixedBytes + Utf8(entry.Writer) + Utf8(entry.Manifest) + Utf8(entry.PayloadManifest) + entry.Payload.Length;

    /// <summary>Length of the record's payload; may be more than a record can hold.</summary>
    public static long WriteLength(EntryBatch batch)
    {
        long length = HeadLength(batch.PersistenceId);
        foreach (EntryContent entry in batch.Entries) length += EntryLength(entry);
        return length;
    }

    /// <summary>Writes the head; returns what follows it.</summary>
    public static Span<byte> WriteHead(Span<byte> target, PersistenceRecordType type, int count, string persistenceId)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, (int)type);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], count);
        int length = Encoding.UTF8.GetBytes(persistenceId, target[HeadBytes..]);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], length);
        return target[(HeadBytes + length)..];
    }

    /// <summary>Writes an entry; returns its length.</summary>
    public static int WriteEntry(Span<byte> target, EntryContent entry)
    {
        Span<byte> body = target[EntryHeaderBytes..];
        BinaryPrimitives.WriteInt64LittleEndian(body, entry.SequenceNr);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], entry.Ticks);
        BinaryPrimitives.WriteInt32LittleEndian(body[16..], entry.Serializer);
        int at = 20;
        at += WriteText(body[at..], entry.Writer);
        at += WriteText(body[at..], entry.Manifest);
        at += WriteText(body[at..], entry.PayloadManifest);
        BinaryPrimitives.WriteInt32LittleEndian(body[at..], entry.Payload.Length);
        entry.Payload.Span.CopyTo(body[(at + 4)..]);
        at += 4 + entry.Payload.Length;
        BinaryPrimitives.WriteInt32LittleEndian(target, at);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Compute(body[..at]));
        return EntryHeaderBytes + at;
    }

    /// <summary>True if the bytes are one whole entry and its checksum holds.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> entry) =>
        entry.Length >= EntryHeaderBytes + BodyFixedBytes
        && BinaryPrimitives.ReadInt32LittleEndian(entry) == entry.Length - EntryHeaderBytes
        && BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) == Crc32C.Compute(entry[EntryHeaderBytes..]);

    /// <summary>Reads an entry of which <see cref="IsWhole"/> holds. The payload is a slice of the given bytes.</summary>
    public static EntryContent ReadEntry(ReadOnlyMemory<byte> entry)
    {
        WireReader reader = new(entry[EntryHeaderBytes..]);
        EntryContent content = new(reader.I64(), reader.I64(), reader.I32(), reader.Text(), reader.Text(), reader.Text(), reader.Bytes());
        reader.End();
        return content;
    }

    public static InvalidRecordException Malformed(in RecordView record, string reason) => new(record.Lsn, $"it is no record of a persistence log: {reason}");

    private static int Utf8(string text) => Encoding.UTF8.GetByteCount(text);

    private static int WriteText(Span<byte> target, string text)
    {
        int length = Encoding.UTF8.GetBytes(text, target[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(target, length);
        return 4 + length;
    }
}
