using System.Buffers;

namespace Cluster.Actors.Shards;

/// <summary>A growing byte buffer in pooled arrays. One owner at a time.</summary>
internal sealed class PooledBytes : IBufferWriter<byte>
{
    /// <summary>An idle buffer keeps at most this much, so that one huge value does not stay in memory for ever.</summary>
    private const int KeepBytesMax = 16 * 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlySpan<byte> Slice(int offset, int length) => Written.Slice(offset, length);

    /// <summary>A written range, to be changed in place.</summary>
    public Span<byte> Range(int offset, int length) => _bytes.AsSpan(0, Length).Slice(offset, length);

    /// <summary>Appends room for <paramref name="count"/> bytes; the caller fills it before anything else is appended.</summary>
    public Span<byte> Reserve(int count)
    {
        Grow(count);
        var span = _bytes.AsSpan(Length, count);
        Length += count;
        return span;
    }

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public void Truncate(int length) => Length = Math.Min(Length, length);

    public void Reset()
    {
        Length = 0;
        if (_bytes.Length <= KeepBytesMax) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Grow(int count)
    {
        if (_bytes.Length - Length >= count) return;
        int wanted = (int)Math.Min(Array.MaxLength, Math.Max((long)Length + count, _bytes.Length * 2L));
        if (wanted - Length < count) throw new CommandFormatException("a batch is larger than 2 GiB");
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, 256));
        Written.CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
