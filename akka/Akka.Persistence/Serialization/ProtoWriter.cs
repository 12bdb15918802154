using System;
using System.Buffers;
using System.Text;

namespace Akka.Persistence.Serialization;

/// <summary>Writes fields in the wire format of protocol buffers. Fields with default values are left out.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public void Number(int field, long value)
    {
        if (value == 0) return;
        Varint((uint)field << 3);
        Varint((ulong)value);
    }

    /// <summary>With the sign in the lowest bit.</summary>
    public void Signed(int field, long value) => Number(field, (value << 1) ^ (value >> 63));

    public void Text(int field, string value)
    {
        if (!string.IsNullOrEmpty(value)) Bytes(field, Encoding.UTF8.GetBytes(value));
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((uint)field << 3) | 2);
        Varint((uint)value.Length);
        _bytes.Write(value);
    }

    private void Varint(ulong value)
    {
        Span<byte> span = _bytes.GetSpan(10);
        int length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
