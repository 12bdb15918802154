using System;
using System.Buffers.Binary;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;

namespace Hyperion.Sessions;

/// <summary>
/// What is still to be read of a message. Never reads past the end of the object from a stream that cannot go back, and
/// never sets more memory aside than bytes have arrived, times a constant.
/// Invariants:
/// I1 _position &lt;= _end &lt;= _buffer.Length.
/// I2 a count is believed only if that many elements fit into what is known to be left.
/// I3 the memory charged never exceeds ChargeFree + ChargePerByte × bytes of the message.
/// </summary>
internal sealed class Input : Stream
{
    // What objects may take in memory: a message of a few bytes may mean an object with many empty fields.
    private const long ChargeFree = 64 * 1024;
    private const long ChargePerByte = 64;
    private const int ChunkBytes = 16 * 1024;

    private readonly Stream _source;
    private readonly long _sourceStart;
    private byte[] _buffer;
    private int _position;
    private int _end;
    private long _consumedBefore;
    private long _charged;

    public Input(Stream source)
    {
        if (source is MemoryStream memory && memory.TryGetBuffer(out var segment))
        {
            _source = source;
            _sourceStart = memory.Position;
            _buffer = segment.Array;
            _position = segment.Offset + (int)Math.Min(memory.Position, segment.Count);
            _end = segment.Offset + segment.Count;
            IsWhole = true;
            Start = _position;
            return;
        }

        _source = source;
        _buffer = [];
        if (source.CanSeek)
        {
            _sourceStart = source.Position;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Consumed;
        set => throw new NotSupportedException();
    }

    private bool IsWhole { get; }

    private int Start { get; }

    private long Consumed => _consumedBefore + _position - Start;

    /// <summary>Whether it is known how much is left. Otherwise memory is taken as bytes arrive.</summary>
    public bool IsBounded => IsWhole || _source.CanSeek;

    /// <summary>How much can be there at most.</summary>
    private long Left =>
        IsWhole ? _end - _position
        : _source.CanSeek ? _source.Length - _sourceStart - Consumed
        : long.MaxValue / 64;

    /// <summary>Leaves the stream right behind the object.</summary>
    public void Finish()
    {
        if (_source.CanSeek)
        {
            _source.Position = _sourceStart + Consumed;
        }
    }

    public byte U8()
    {
        if (_position == _end)
        {
            Need(1);
        }

        return _buffer[_position++];
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        Need(count);
        var span = _buffer.AsSpan(_position, count);
        _position += count;
        return span;
    }

    /// <summary>Skips the bytes if they come next.</summary>
    public bool TrySkip(ReadOnlySpan<byte> expected)
    {
        if (expected.Length > Left)
        {
            return false;
        }

        if (!IsBounded)
        {
            return false; // what was looked at cannot be given back
        }

        Need(expected.Length);
        if (!_buffer.AsSpan(_position, expected.Length).SequenceEqual(expected))
        {
            return false;
        }

        _position += expected.Length;
        return true;
    }

    public ulong Varint()
    {
        ulong result = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            var b = U8();
            result |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return result;
            }
        }

        throw new SerializationException("A number has too many bytes.");
    }

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public string Text()
    {
        var head = Varint();
        var isUtf16 = (head & 1) != 0;
        var bytes = Bytes(head >> 1);
        return isUtf16 ? new string(MemoryMarshal.Cast<byte, char>(bytes)) : Output.StrictUtf8.GetString(bytes);
    }

    /// <summary>A count of elements of at least that many bytes.</summary>
    public int Count(int elementBytesMin)
    {
        var count = Varint();
        CheckCount(count > (ulong)Array.MaxLength ? long.MaxValue / 64 : (long)count, elementBytesMin);
        return (int)count;
    }

    public void CheckCount(long count, int elementBytesMin)
    {
        if (count > Array.MaxLength || count * elementBytesMin > Left)
        {
            throw new SerializationException($"{count} elements of at least {elementBytesMin} bytes do not fit into what is left.");
        }
    }

    public ReadOnlySpan<byte> Bytes(ulong length)
    {
        if (length > (ulong)Array.MaxLength || (long)length > Left)
        {
            throw new SerializationException($"{length} bytes are announced, fewer are left.");
        }

        return Take((int)length);
    }

    /// <summary>To be called before memory is taken: refuses a message that would take far more than it has bytes.</summary>
    public void Charge(long bytes)
    {
        _charged += bytes;
        var size = IsBounded ? Consumed + Left : Consumed;
        if (_charged > ChargeFree + (ChargePerByte * size))
        {
            throw new SerializationException($"The message has {size} bytes, and its objects would take more than {_charged}.");
        }
    }

    public override int ReadByte() => Left == 0 ? -1 : U8();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, Left);
        Take(count).CopyTo(buffer);
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Need(int count)
    {
        var missing = count - (_end - _position);
        if (missing <= 0)
        {
            return;
        }

        if (IsWhole)
        {
            throw new SerializationException($"{count} more bytes are expected, {_end - _position} are left.");
        }

        Shift();
        while (missing > 0)
        {
            // The array grows with what arrives, not with what is announced.
            if (_end == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Max(256, (int)Math.Min(_buffer.Length * 2L, Array.MaxLength)));
            }

            var room = Math.Min(_buffer.Length - _end, _source.CanSeek ? ChunkBytes : missing);
            var read = _source.Read(_buffer, _end, room);
            if (read == 0)
            {
                throw new SerializationException($"{missing} more bytes are expected, the stream is at its end.");
            }

            _end += read;
            missing -= read;
        }
    }

    private void Shift()
    {
        _consumedBefore += _position;
        _buffer.AsSpan(_position, _end - _position).CopyTo(_buffer);
        _end -= _position;
        _position = 0;
    }
}
