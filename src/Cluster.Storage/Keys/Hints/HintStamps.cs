using System.Buffers.Binary;
using Cluster.Storage.Sessions;

namespace Cluster.Storage.Keys.Hints;

/// <summary>
/// What client sessions wrote in a segment (docs/formats/hint.md): the stamps of its records in their order, many to an entry. The entry's value is the LSN that the first
/// distance counts from; then per stamp: varint LSN, varint time, each the distance to the one before (the first time is whole), u16 length, stamp.
/// </summary>
internal sealed class HintStamps
{
    /// <summary>An entry ends with the stamp that passes this.</summary>
    public const int EntryBytes = 32 << 10;

    private const int HeadBytesMax = 9 + 9 + 2;

    private byte[] _bytes = [];
    private Lsn _lsn;
    private long _time;

    public Lsn Base { get; private set; }

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Add(in RecordView record)
    {
        if (_bytes.Length == 0)
            _bytes = new byte[EntryBytes + HeadBytesMax + RecordStamp.BytesMax];
        if (Length == 0)
        {
            Base = _lsn = record.Lsn - 1;
            _time = 0;
        }

        var target = _bytes.AsSpan(Length);
        var at = RecordStamp.WriteVarint(target, record.Lsn - _lsn);
        at += RecordStamp.WriteVarint(target[at..], Math.Max(0, record.Timestamp - _time));
        var stamp = record.StampBytes;
        BinaryPrimitives.WriteUInt16LittleEndian(target[at..], (ushort)stamp.Length);
        stamp.CopyTo(target[(at + 2)..]);
        Length += at + 2 + stamp.Length;
        _lsn = record.Lsn;
        _time = Math.Max(_time, record.Timestamp);
    }

    public void Clear() => Length = 0;

    public static bool IsValid(ReadOnlySpan<byte> bytes, Lsn first, in HintHeader header)
    {
        var lsn = first;
        if (lsn < header.First - 1)
            return false;
        long time = 0;
        while (!bytes.IsEmpty)
        {
            if (!TryTake(ref bytes, ref lsn, ref time, out _) || lsn > header.Last)
                return false;
        }

        return true;
    }

    /// <summary>Entries that were found valid.</summary>
    public static void Apply(ReadOnlySpan<byte> bytes, Lsn first, SessionTable table)
    {
        var lsn = first;
        long time = 0;
        while (TryTake(ref bytes, ref lsn, ref time, out var stamp))
            table.Apply(lsn, time, stamp);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> bytes, ref Lsn lsn, ref long time, out RecordStamp stamp)
    {
        stamp = default;
        if (!RecordStamp.TryReadVarint(ref bytes, out var distance) || distance <= 0 || distance > long.MaxValue - lsn.Value
            || !RecordStamp.TryReadVarint(ref bytes, out var later) || later > long.MaxValue - time || bytes.Length < 2)
            return false;
        lsn += distance;
        time += later;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (length > bytes.Length - 2 || !RecordStamp.TryRead(bytes.Slice(2, length), lsn, out stamp))
            return false;
        bytes = bytes[(2 + length)..];
        return true;
    }
}
