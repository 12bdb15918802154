using System;
using System.Buffers.Binary;
using System.Text;

namespace Akka.Remote.Wire;

/// <summary>Reads the fields that <see cref="WireWriter"/> writes. Throws <see cref="ProtocolException"/>, never reads past the end.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Remaining => _rest.Length;

    public byte Byte()
    {
        if (_rest.IsEmpty) throw Truncated();
        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public bool Bool() => Byte() switch
    {
        0 => false,
        1 => true,
        var other => throw new ProtocolException("not a boolean: " + other),
    };

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>7 bits per byte, the lowest first.</summary>
    public uint VarUInt()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte b = Byte();
            if (shift == 28 && b > 0x0f) break;
            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80) return value;
        }

        throw new ProtocolException("variable-length number too long");
    }

    /// <summary>UTF-8 with its length in front; null is written as length 0 of a length-plus-one encoding.</summary>
    public string String()
    {
        uint lengthPlusOne = VarUInt();
        if (lengthPlusOne == 0) return null;
        return Encoding.UTF8.GetString(Take(Length(lengthPlusOne - 1)));
    }

    public byte[] Bytes()
    {
        uint lengthPlusOne = VarUInt();
        return lengthPlusOne == 0 ? null : Take(Length(lengthPlusOne - 1)).ToArray();
    }

    /// <summary>A number of elements of which each takes at least <paramref name="elementBytes"/>.</summary>
    public int Count(int elementBytes)
    {
        uint count = VarUInt();
        if ((ulong)count * (ulong)elementBytes > (ulong)_rest.Length) throw new ProtocolException("count " + count + " exceeds the frame");
        return (int)count;
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length) throw Truncated();
        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private readonly int Length(uint length) => length <= (uint)_rest.Length ? (int)length : throw Truncated();

    private static ProtocolException Truncated() => new("a field reaches past its frame");
}
