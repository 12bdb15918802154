using System.Buffers;

namespace Cluster.Storage.Log;

/// <summary>
/// Consecutive whole records of one shard, in one or several ranges of memory; no record spans two ranges. Shares the log's buffer
/// without a copy and keeps it alive: dispose it exactly once, when the bytes have been used. Any thread, one at a time.
/// </summary>
public sealed class LogSlice : IDisposable
{
    private readonly List<WalChunk> _chunks;
    private readonly List<SliceRange> _ranges = [];
    private byte[]? _rented;

    internal LogSlice(List<WalChunk> chunks) => _chunks = chunks;

    internal LogSlice(byte[] rented)
    {
        _chunks = [];
        _rented = rented;
    }

    private readonly record struct SliceRange(int Chunk, int Offset, int Length);

    public Lsn First { get; internal set; }

    public Lsn Last { get; internal set; }

    public Term LastTerm { get; internal set; }

    /// <summary>The shard's rolling digest after <see cref="Last"/>.</summary>
    public ulong Digest { get; internal set; }

    /// <summary>All ranges together, in bytes.</summary>
    public int Length { get; private set; }

    public int RangeCount => _ranges.Count;

    /// <summary>Encoded records, back to back.</summary>
    public ReadOnlySpan<byte> Range(int index)
    {
        var range = _ranges[index];
        return _rented is not null ? _rented.AsSpan(range.Offset, range.Length) : _chunks[range.Chunk].Span(range.Offset, range.Length);
    }

    /// <summary>All ranges, one after the other.</summary>
    public void CopyTo(Span<byte> destination)
    {
        for (var i = 0; i < _ranges.Count; i++)
        {
            var range = Range(i);
            range.CopyTo(destination);
            destination = destination[range.Length..];
        }
    }

    public void Dispose()
    {
        foreach (var chunk in _chunks)
            chunk.Release();
        _chunks.Clear();
        _ranges.Clear();
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    internal void Add(int chunk, int offset, int length)
    {
        Length += length;
        if (_ranges.Count > 0 && _ranges[^1].Chunk == chunk && _ranges[^1].Offset + _ranges[^1].Length == offset)
            _ranges[^1] = _ranges[^1] with { Length = _ranges[^1].Length + length };
        else
            _ranges.Add(new SliceRange(chunk, offset, length));
    }
}
