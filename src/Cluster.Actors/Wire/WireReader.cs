using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Cluster.Actors.Wire;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote. Every length is held against what is left before anything is allocated or
/// sliced, so a damaged message costs one <see cref="WireFormatException"/> and nothing else. Byte ranges are slices of the
/// message's own array: no copy.
/// </summary>
public ref struct WireReader(ReadOnlyMemory<byte> source)
{
    private readonly ReadOnlyMemory<byte> _source = source;
    private int _position = 0;

    public readonly int Remaining => _source.Length - _position;

    public byte U8() => Take(1)[0];

    public bool Bool() => U8() switch
    {
        0 => false,
        1 => true,
        var other => throw new WireFormatException($"expected a boolean (0 or 1), got {other}"),
    };

    public int I32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public Guid Guid() => new(Take(16));

    public ReadOnlyMemory<byte> Bytes() => Raw(Count(1));

    public ReadOnlyMemory<byte> Raw(int length)
    {
        Check(length);
        var slice = _source.Slice(_position, length);
        _position += length;
        return slice;
    }

    public string Text()
    {
        var bytes = Bytes().Span;
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new WireFormatException("expected UTF-8 text");
        }
    }

    public ImmutableArray<Guid> Guids()
    {
        var values = ImmutableArray.CreateBuilder<Guid>(Count(16));
        for (int i = values.Capacity; i > 0; i--) values.Add(Guid());
        return values.MoveToImmutable();
    }

    /// <summary>The number of elements that follow, refused if elements of at least that many bytes cannot be there.</summary>
    public int Count(int elementBytesMin)
    {
        int count = I32();
        if (count < 0 || (long)count * elementBytesMin > Remaining)
            throw new WireFormatException($"a count of {count} does not fit into the {Remaining} bytes that are left");
        return count;
    }

    public readonly void End()
    {
        if (Remaining != 0) throw new WireFormatException($"{Remaining} bytes too many at the end of the message");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        Check(length);
        var span = _source.Span.Slice(_position, length);
        _position += length;
        return span;
    }

    private readonly void Check(int length)
    {
        if (length < 0 || length > Remaining)
            throw new WireFormatException($"expected {length} more bytes, {Remaining} are left");
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
