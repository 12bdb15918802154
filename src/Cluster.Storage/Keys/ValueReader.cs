using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Cluster.Storage.Keys;

/// <summary>
/// Copies a value out of the log and makes sure that it belongs to the key that was asked for: the directory knows keys by their
/// hash alone. Any thread.
/// </summary>
internal static class ValueReader
{
    // Operations up to this size are fetched with one read.
    private const int WholeBytesMax = 2048;

    [SkipLocalsInit]
    public static ValueReadOutcome Read(
        ValueFiles files, ValueLocation location, ReadOnlySpan<byte> key, Span<byte> value, long now, bool mayBlock)
    {
        var headerBytes = KeyOperationFormat.HeaderBytes(location.HasExpiry);
        if (location.Length < headerBytes + key.Length)
            return ValueReadOutcome.AnotherKey;
        // The value's copy ends where the caller's span does.
        var wanted = Math.Min(value.Length, location.ValueLength(key.Length));
        var whole = headerBytes + key.Length + wanted;
        if (whole <= WholeBytesMax)
        {
            Span<byte> buffer = stackalloc byte[whole];
            if (!Fetch(files, location, 0, buffer, mayBlock))
                return Missing(mayBlock);
            var outcome = Judge(buffer, location, key, now);
            if (outcome == ValueReadOutcome.Copied)
                buffer[(headerBytes + key.Length)..].CopyTo(value);
            return outcome;
        }

        return ReadLarge(files, location, key, value[..wanted], now, mayBlock);
    }

    /// <summary>Copies the key of a stored value, or as much of it as the span holds.</summary>
    public static ValueReadOutcome ReadKey(ValueFiles files, ValueLocation location, Span<byte> key, out int keyLength, long now, bool mayBlock)
    {
        keyLength = 0;
        var headerBytes = KeyOperationFormat.HeaderBytes(location.HasExpiry);
        Span<byte> header = stackalloc byte[headerBytes];
        if (location.Length < headerBytes || !Fetch(files, location, 0, header, mayBlock))
            return Missing(mayBlock);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[KeyOperationFormat.KeyLengthOffset..]);
        if (length > (uint)(location.Length - headerBytes) || !Fetch(files, location, headerBytes, key[..(int)Math.Min(length, (uint)key.Length)], mayBlock))
            return Missing(mayBlock);
        keyLength = (int)length;
        return location.HasExpiry && now != 0 && BinaryPrimitives.ReadInt64LittleEndian(header[KeyOperationFormat.ExpiryOffset..]) <= now
            ? ValueReadOutcome.Expired
            : ValueReadOutcome.Copied;
    }

    /// <summary>Copies the part of the value from <paramref name="offset"/> on, as much as there is and the span holds: two reads, one of them of header and key.</summary>
    public static ValueReadOutcome ReadRange(
        ValueFiles files, ValueLocation location, ReadOnlySpan<byte> key, int offset, Span<byte> part, out int copied, long now, bool mayBlock)
    {
        copied = 0;
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var outcome = CheckHead(files, location, key, now, mayBlock);
        if (outcome != ValueReadOutcome.Copied)
            return outcome;
        var count = Math.Min(part.Length, Math.Max(0, location.ValueLength(key.Length) - offset));
        var start = location.Length - location.ValueLength(key.Length) + offset;
        if (count > 0 && !Fetch(files, location, start, part[..count], mayBlock))
            return Missing(mayBlock);
        copied = count;
        return ValueReadOutcome.Copied;
    }

    /// <summary>Holds the value's file; header and key were compared. Blocks.</summary>
    public static ValueReadOutcome Open(ValueFiles files, ValueLocation location, ReadOnlySpan<byte> key, long now, out ValueStream? stream)
    {
        stream = null;
        // Held first: what is compared is what will be read.
        if (files.TryPin(location) is not { } pin)
            return ValueReadOutcome.Gone;
        try
        {
            var outcome = CheckHead(files, location, key, now, mayBlock: true, pin);
            if (outcome == ValueReadOutcome.Copied)
                stream = new ValueStream(pin, location.Length - location.ValueLength(key.Length), location.ValueLength(key.Length));
            return outcome;
        }
        finally
        {
            if (stream is null)
                pin.Dispose();
        }
    }

    [SkipLocalsInit]
    private static ValueReadOutcome CheckHead(ValueFiles files, ValueLocation location, ReadOnlySpan<byte> key, long now, bool mayBlock, ValuePin? pin = null)
    {
        var headBytes = KeyOperationFormat.HeaderBytes(location.HasExpiry) + key.Length;
        if (location.Length < headBytes)
            return ValueReadOutcome.AnotherKey;
        byte[]? rented = null;
        try
        {
            var head = headBytes <= WholeBytesMax
                ? stackalloc byte[headBytes]
                : (rented = ArrayPool<byte>.Shared.Rent(headBytes)).AsSpan(0, headBytes);
            if (!(pin is null ? Fetch(files, location, 0, head, mayBlock) : pin.TryRead(0, head)))
                return Missing(mayBlock);
            return Judge(head, location, key, now);
        }
        finally
        {
            if (rented != null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static ValueReadOutcome ReadLarge(
        ValueFiles files, ValueLocation location, ReadOnlySpan<byte> key, Span<byte> value, long now, bool mayBlock)
    {
        var outcome = CheckHead(files, location, key, now, mayBlock);
        if (outcome != ValueReadOutcome.Copied)
            return outcome;
        var headBytes = KeyOperationFormat.HeaderBytes(location.HasExpiry) + key.Length;
        return Fetch(files, location, headBytes, value, mayBlock) ? ValueReadOutcome.Copied : Missing(mayBlock);
    }

    /// <summary>Copied if header and key, at the start of <paramref name="head"/>, are those of the key and its time is not over.</summary>
    private static ValueReadOutcome Judge(ReadOnlySpan<byte> head, ValueLocation location, ReadOnlySpan<byte> key, long now)
    {
        var keyLength = BinaryPrimitives.ReadUInt32LittleEndian(head[KeyOperationFormat.KeyLengthOffset..]);
        if (keyLength != (uint)key.Length || !head.Slice(KeyOperationFormat.HeaderBytes(location.HasExpiry), key.Length).SequenceEqual(key))
            return ValueReadOutcome.AnotherKey;
        if (location.HasExpiry && now != 0
            && BinaryPrimitives.ReadInt64LittleEndian(head[KeyOperationFormat.ExpiryOffset..]) <= now)
            return ValueReadOutcome.Expired;
        return ValueReadOutcome.Copied;
    }

    private static bool Fetch(ValueFiles files, ValueLocation location, int offset, Span<byte> target, bool mayBlock) =>
        mayBlock ? files.TryRead(location, offset, target) : files.TryReadFromMemory(location, offset, target);

    private static ValueReadOutcome Missing(bool mayBlock) => mayBlock ? ValueReadOutcome.Gone : ValueReadOutcome.NotInMemory;
}
