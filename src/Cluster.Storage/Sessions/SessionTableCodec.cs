using System.Buffers;
using System.Buffers.Binary;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Sessions;

/// <summary>The bytes are no session table of a known version, or are damaged.</summary>
public sealed class SessionTableFormatException(string message) : Exception(message);

/// <summary>The bytes of a session table in a snapshot or manifest (docs/formats/session-table.md). Equal tables give equal bytes.</summary>
public static class SessionTableCodec
{
    private const uint Magic = 0x53534C43; // "CLSS"
    private const int HeaderBytes = 36;
    private const int Version = 2;
    private const int SessionBytes = 42;

    /// <summary>Of version 1, which did not know where a session was opened.</summary>
    private const int OldSessionBytes = 34;
    private const ushort NotKept = ushort.MaxValue;

    public static void Write(SessionTable table, IBufferWriter<byte> to)
    {
        uint checksum = ~0u;
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], table.Count);
        BinaryPrimitives.WriteInt64LittleEndian(header[12..], table.Through.Value);
        BinaryPrimitives.WriteInt64LittleEndian(header[20..], table.LogTime);
        BinaryPrimitives.WriteInt64LittleEndian(header[28..], table.EvictedThrough);
        Put(header, to, ref checksum);
        Span<byte> one = stackalloc byte[SessionBytes];
        Span<byte> entry = stackalloc byte[10];
        for (ClientSession? session = table.Oldest; session is not null; session = session.Newer)
        {
            session.Id.TryWriteBytes(one, bigEndian: true, out _);
            BinaryPrimitives.WriteInt64LittleEndian(one[16..], session.LastUsed);
            BinaryPrimitives.WriteInt64LittleEndian(one[24..], session.Highest);
            BinaryPrimitives.WriteUInt16LittleEndian(one[32..], (ushort)session.Count);
            BinaryPrimitives.WriteInt64LittleEndian(one[34..], session.Opening.Value);
            Put(one, to, ref checksum);
            for (long sequence = session.Highest - session.Count + 1; sequence <= session.Highest; sequence++)
            {
                session.TryFind(sequence, out Lsn lsn, out ReadOnlySpan<byte> reply, out bool isKept);
                BinaryPrimitives.WriteInt64LittleEndian(entry, lsn.Value);
                BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], isKept ? (ushort)reply.Length : NotKept);
                Put(entry, to, ref checksum);
                Put(reply, to, ref checksum);
            }
        }

        Span<byte> end = to.GetSpan(4);
        BinaryPrimitives.WriteUInt32LittleEndian(end, ~checksum);
        to.Advance(4);
    }

    public static SessionTable Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < HeaderBytes + 4)
            throw new SessionTableFormatException($"session table: {from.Length} bytes are too few");
        int version = BinaryPrimitives.ReadInt32LittleEndian(from[4..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic || version is not (1 or Version))
            throw new SessionTableFormatException("session table: unknown version");
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(from[^4..]);
        uint computed = Crc32C.Compute(from[..^4]);
        if (stored != computed)
            throw new SessionTableFormatException($"session table: checksum {stored:x8}, computed {computed:x8}");
        int count = BinaryPrimitives.ReadInt32LittleEndian(from[8..]);
        var table = new SessionTable();
        table.Restore(
            new Lsn(BinaryPrimitives.ReadInt64LittleEndian(from[12..])),
            BinaryPrimitives.ReadInt64LittleEndian(from[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[28..]));
        ReadOnlySpan<byte> rest = from[HeaderBytes..^4];
        for (int i = 0; i < count; i++)
        {
            ClientSession session = ReadSession(ref rest, table.Through, version);
            if (!table.TryRestore(session))
                throw new SessionTableFormatException($"session table: session {session.Id} or where it was opened is listed twice");
        }

        if (!rest.IsEmpty)
            throw new SessionTableFormatException($"session table: {rest.Length} bytes behind the last session");
        return table;
    }

    private static ClientSession ReadSession(ref ReadOnlySpan<byte> rest, Lsn through, int version)
    {
        ReadOnlySpan<byte> one = Take(ref rest, version == 1 ? OldSessionBytes : SessionBytes);
        var session = new ClientSession(new Guid(one[..16], bigEndian: true))
        {
            LastUsed = BinaryPrimitives.ReadInt64LittleEndian(one[16..]),
            Opening = new Lsn(version == 1 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(one[34..])),
        };
        long highest = BinaryPrimitives.ReadInt64LittleEndian(one[24..]);
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(one[32..]);
        if (entries is 0 or > SessionLimits.Window || highest < entries || session.Opening.Value < 0 || session.Opening > through)
            throw new SessionTableFormatException($"session table: session {session.Id} has {entries} of {highest} sequences");
        session.Begin(highest - entries);
        for (int i = 0; i < entries; i++)
        {
            ReadOnlySpan<byte> entry = Take(ref rest, 10);
            var lsn = new Lsn(BinaryPrimitives.ReadInt64LittleEndian(entry));
            int length = BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]);
            if (lsn > through || lsn.Value < 0 || (length > SessionLimits.SequenceBytesMax && length != NotKept))
                throw new SessionTableFormatException($"session table: session {session.Id} has a reply of {length} bytes at LSN {lsn}");
            session.Add(lsn, length == NotKept ? default : Take(ref rest, length), isKept: length != NotKept);
        }

        return session;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        if (length > rest.Length)
            throw new SessionTableFormatException("session table: it ends within a session");
        ReadOnlySpan<byte> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static void Put(ReadOnlySpan<byte> bytes, IBufferWriter<byte> to, ref uint checksum)
    {
        bytes.CopyTo(to.GetSpan(Math.Max(1, bytes.Length)));
        to.Advance(bytes.Length);
        checksum = Crc32C.Update(checksum, bytes);
    }
}
