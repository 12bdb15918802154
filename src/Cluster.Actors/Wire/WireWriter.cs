using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Cluster.Actors.Wire;

/// <summary>
/// Writes the little-endian primitives of our messages into one growing pooled array. One writer belongs to one actor or
/// one serializer call and is reused; <see cref="ToArray"/> is the single copy a message costs on its way out.
/// </summary>
public sealed class WireWriter : IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer;
    private int _length;

    public WireWriter(int capacity = 1024) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length => _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public byte[] ToArray() => Written.ToArray();

    public void Clear() => _length = 0;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    public void U8(byte value) => Reserve(1)[0] = value;

    public void Bool(bool value) => U8(value ? (byte)1 : (byte)0);

    public void I32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);

    public void I64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);

    public void Guid(Guid value) => value.TryWriteBytes(Reserve(16));

    /// <summary>Length (i32) and bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        I32(value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    /// <summary>Bytes without a length: the reader knows it from elsewhere.</summary>
    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>Length (i32, bytes) and UTF-8.</summary>
    public void Text(string value)
    {
        int bytes = Encoding.UTF8.GetByteCount(value);
        I32(bytes);
        Encoding.UTF8.GetBytes(value, Reserve(bytes));
    }

    /// <summary>Count (i32) and 16 bytes each.</summary>
    public void Guids(ImmutableArray<Guid> values)
    {
        I32(values.Length);
        foreach (var value in values) Guid(value);
    }

    /// <summary>Leaves room for an i32 that is known only later; give its position to <see cref="PatchI32"/>.</summary>
    public int PlaceI32()
    {
        int at = _length;
        I32(0);
        return at;
    }

    public void PatchI32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(at, 4), value);

    public void PatchU8(int at, byte value) => _buffer[at] = value;

    /// <summary>Takes back everything written from <paramref name="length"/> on.</summary>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private Span<byte> Reserve(int count)
    {
        Grow(count);
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }

    private void Grow(int count)
    {
        if (_buffer.Length - _length >= count) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + count), _buffer.Length * 2));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
