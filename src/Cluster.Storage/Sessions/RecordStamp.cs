using System.Buffers.Binary;

namespace Cluster.Storage.Sessions;

/// <summary>
/// What a record says of the session that wrote it (docs/formats/record.md): between the record's header and its payload. A session's first record in a shard opens it
/// there and names its id; the later ones name that record by its distance, so that they pay a few bytes.
/// <code>
/// u8 form: 1 opens, 2 known; bit 7: the reply was too long to be kept
/// form 1: 16 session id              form 2: varint LSN − LSN of the record that opened it
/// varint sequence, then the reply to the end
/// </code>
/// A sequence may have several records, next to each other among those with stamps: what each was answered is put behind what those before it were.
/// </summary>
public readonly ref struct RecordStamp
{
    /// <summary>The longest: form, id, sequence, reply.</summary>
    public const int BytesMax = 1 + 16 + VarintBytesMax + SessionLimits.ReplyBytesMax;

    private const int VarintBytesMax = 9;
    private const byte OpensForm = 1;
    private const byte KnownForm = 2;
    private const byte NotKeptFlag = 0x80;

    /// <summary>None: the record itself opens the session.</summary>
    public Lsn Opening { get; private init; }

    public bool Opens => Opening.IsNone;

    /// <summary>Only of a record that opens.</summary>
    public Guid Id { get; private init; }

    public long Sequence { get; private init; }

    /// <summary>False: the reply was too long.</summary>
    public bool IsKept { get; private init; }

    public ReadOnlySpan<byte> Reply { get; private init; }

    /// <summary>Returns the length. A reply that is longer than <see cref="SessionLimits.ReplyBytesMax"/> is left out.</summary>
    public static int Write(Span<byte> target, Lsn lsn, in SessionWrite write, Lsn opening)
    {
        target[0] = opening.IsNone ? OpensForm : KnownForm;
        var at = 1;
        if (opening.IsNone)
        {
            write.Stamp.Id.TryWriteBytes(target[1..], bigEndian: true, out _);
            at = 17;
        }
        else
        {
            at += WriteVarint(target[at..], lsn - opening);
        }

        at += WriteVarint(target[at..], write.Stamp.Sequence);
        if (!write.IsKept)
        {
            target[0] |= NotKeptFlag;
            return at;
        }

        write.Reply.CopyTo(target[at..]);
        return at + write.Reply.Length;
    }

    /// <summary>Reads bytes that were found valid before.</summary>
    public static RecordStamp FromTrusted(ReadOnlySpan<byte> bytes, Lsn lsn)
    {
        var valid = TryRead(bytes, lsn, out var stamp);
        Invariant.Check(valid, "the stamp of a record that was taken is valid");
        return stamp;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, Lsn lsn, out RecordStamp stamp)
    {
        stamp = default;
        if (bytes.IsEmpty)
            return false;
        var kept = (bytes[0] & NotKeptFlag) == 0;
        var form = bytes[0] & ~NotKeptFlag;
        bytes = bytes[1..];
        var id = Guid.Empty;
        var opening = Lsn.None;
        if (form == OpensForm)
        {
            if (bytes.Length < 16)
                return false;
            id = new Guid(bytes[..16], bigEndian: true);
            bytes = bytes[16..];
            if (id == Guid.Empty)
                return false;
        }
        else if (form != KnownForm || !TryReadVarint(ref bytes, out var back) || back <= 0 || back >= lsn.Value)
        {
            return false;
        }
        else
        {
            opening = lsn - back;
        }

        if (!TryReadVarint(ref bytes, out var sequence) || sequence <= 0 || bytes.Length > SessionLimits.ReplyBytesMax || (!kept && !bytes.IsEmpty))
            return false;
        stamp = new RecordStamp { Id = id, Opening = opening, Sequence = sequence, IsKept = kept, Reply = bytes };
        return true;
    }

    /// <summary>7 bits per byte, lowest first; at most 9 bytes.</summary>
    internal static int WriteVarint(Span<byte> target, long value)
    {
        Invariant.Check(value >= 0, "only what is not negative is written so");
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            target[at++] = (byte)(value | 0x80);
        target[at++] = (byte)value;
        return at;
    }

    internal static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < VarintBytesMax; i++)
        {
            value |= (long)(bytes[i] & 0x7F) << (7 * i);
            if ((bytes[i] & 0x80) != 0)
                continue;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }
}
