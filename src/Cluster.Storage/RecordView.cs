using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Cluster.Storage.Sessions;

namespace Cluster.Storage;

/// <summary>Reads one encoded record in place. The span is exactly one record; <see cref="TryParse"/> is the only way in for foreign bytes.</summary>
public readonly ref struct RecordView
{
    private readonly ReadOnlySpan<byte> bytes;

    private RecordView(ReadOnlySpan<byte> record) => bytes = record;

    public ReadOnlySpan<byte> Bytes => bytes;

    public int Length => bytes.Length;

    public RecordKind Kind => (RecordKind)bytes[RecordFormat.KindOffset];

    public Lsn Lsn => new(BinaryPrimitives.ReadInt64LittleEndian(bytes[RecordFormat.LsnOffset..]));

    public Term Term => new(BinaryPrimitives.ReadInt64LittleEndian(bytes[RecordFormat.TermOffset..]));

    /// <summary>Hybrid time in microseconds since 1970.</summary>
    public long Timestamp => BinaryPrimitives.ReadInt64LittleEndian(bytes[RecordFormat.TimestampOffset..]);

    public bool HasSession => (bytes[RecordFormat.FlagsOffset] & RecordFormat.SessionFlag) != 0;

    public SessionStamp Session => HasSession
        ? new SessionStamp(
            MemoryMarshal.Read<Guid>(bytes[RecordFormat.SessionIdOffset..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[RecordFormat.SessionSequenceOffset..]))
        : SessionStamp.None;

    /// <summary>Which write of a session this is, and what it was answered.</summary>
    public bool HasStamp => (bytes[RecordFormat.FlagsOffset] & RecordFormat.StampFlag) != 0;

    public ReadOnlySpan<byte> StampBytes => bytes.Slice(RecordFormat.HeaderBytes, HasStamp ? StampLength : 0);

    public RecordStamp Stamp => RecordStamp.FromTrusted(StampBytes, Lsn);

    public int PayloadOffset => RecordFormat.HeaderBytes + bytes[RecordFormat.FlagsOffset] switch
    {
        0 => 0,
        RecordFormat.SessionFlag => RecordFormat.SessionBytes,
        _ => StampLength,
    };

    private int StampLength => BinaryPrimitives.ReadUInt16LittleEndian(bytes[RecordFormat.StampLengthOffset..]);

    public ReadOnlySpan<byte> Payload => bytes[PayloadOffset..];

    /// <summary>Takes bytes that are already known to be one valid record, as those of the log and of a <see cref="Log.LogSlice"/> are.</summary>
    public static RecordView FromTrusted(ReadOnlySpan<byte> record) => new(record);

    /// <summary>Length of the trusted record at the start of the span.</summary>
    public static int LengthAt(ReadOnlySpan<byte> records) => BinaryPrimitives.ReadInt32LittleEndian(records);

    /// <summary>
    /// Reads the record at the start of <paramref name="source"/>. False if the bytes are no whole record or set what the format
    /// reserves. The kind is not judged: a valid record of an unknown kind must stop the shard, not look like damage.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> source, out RecordView record)
    {
        record = default;
        if (source.Length < RecordFormat.HeaderBytes)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(source);
        if (length < RecordFormat.HeaderBytes || length > RecordFormat.RecordBytesMax || length > (uint)source.Length)
            return false;
        var flags = source[RecordFormat.FlagsOffset];
        var stampLength = BinaryPrimitives.ReadUInt16LittleEndian(source[RecordFormat.StampLengthOffset..]);
        if (flags > RecordFormat.StampFlag || (stampLength != 0) != (flags == RecordFormat.StampFlag)
            || length < RecordFormat.HeaderBytes + (uint)(flags == RecordFormat.SessionFlag ? RecordFormat.SessionBytes : stampLength))
            return false;
        var view = new RecordView(source[..(int)length]);
        if (view.Lsn.Value < 1 || view.Term.Value < 1 || (stampLength > 0 && !RecordStamp.TryRead(view.StampBytes, view.Lsn, out _)))
            return false;
        record = view;
        return true;
    }
}
