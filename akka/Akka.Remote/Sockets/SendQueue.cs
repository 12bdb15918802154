using System;
using System.Buffers;
using System.Collections.Generic;

namespace Akka.Remote.Sockets;

/// <summary>
/// Encoded bytes that wait for the socket. Small frames are packed into pooled chunks, large payloads are queued as they are.
/// Not thread-safe: belongs to whoever writes to the connection.
/// </summary>
internal sealed class SendQueue
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Within what the operating system takes in one call.</summary>
    private const int BatchSegmentsMax = 64;

    private const int BatchBytesMax = 1 << 20;

    private readonly Queue<Segment> _segments = new();
    private readonly List<byte[]> _inFlight = new();
    private byte[] _chunk;
    private int _chunkStart;
    private int _chunkEnd;
    private bool _chunkShared;

    /// <summary>Bytes that wait; those handed out by <see cref="TakeBatch"/> no longer count.</summary>
    public long Bytes { get; private set; }

    /// <summary>Contiguous room for <paramref name="size"/> bytes; nothing is queued until <see cref="Advance"/>.</summary>
    public Span<byte> GetSpan(int size)
    {
        if (_chunk is null || _chunk.Length - _chunkEnd < size)
        {
            SealChunk(last: true);
            _chunk = ArrayPool<byte>.Shared.Rent(Math.Max(size, ChunkSize));
            _chunkStart = _chunkEnd = 0;
            _chunkShared = false;
        }

        return _chunk.AsSpan(_chunkEnd);
    }

    public void Advance(int count)
    {
        _chunkEnd += count;
        Bytes += count;
    }

    public void Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>Queues the array itself: it must not change any more.</summary>
    public void Reference(byte[] payload)
    {
        SealChunk(last: false);
        _segments.Enqueue(new Segment(new ArraySegment<byte>(payload), null));
        Bytes += payload.Length;
    }

    /// <summary>The next bytes to send. Valid until <see cref="BatchSent"/>.</summary>
    public void TakeBatch(List<ArraySegment<byte>> batch)
    {
        batch.Clear();
        int bytes = 0;
        while (batch.Count < BatchSegmentsMax && bytes < BatchBytesMax)
        {
            if (_segments.Count == 0)
            {
                SealChunk(last: true);
                if (_segments.Count == 0) break;
            }

            Segment segment = _segments.Dequeue();
            if (segment.Bytes.Count > 0) batch.Add(segment.Bytes);
            if (segment.Return is not null) _inFlight.Add(segment.Return);
            bytes += segment.Bytes.Count;
        }

        Bytes -= bytes;
    }

    public void BatchSent()
    {
        foreach (byte[] chunk in _inFlight) ArrayPool<byte>.Shared.Return(chunk);
        _inFlight.Clear();
    }

    /// <summary>Forgets everything. A batch that may still be in the hands of the socket keeps its arrays: they go to the collector.</summary>
    public void Discard()
    {
        _segments.Clear();
        _inFlight.Clear();
        _chunk = null;
        _chunkStart = _chunkEnd = 0;
        Bytes = 0;
    }

    /// <summary>Queues what the chunk holds. The array goes back to the pool with the segment that is its last.</summary>
    private void SealChunk(bool last)
    {
        if (_chunk is null) return;
        int count = _chunkEnd - _chunkStart;
        if (last)
        {
            if (count > 0 || _chunkShared)
                _segments.Enqueue(new Segment(new ArraySegment<byte>(_chunk, _chunkStart, count), _chunk));
            else
                ArrayPool<byte>.Shared.Return(_chunk);
            _chunk = null;
            return;
        }

        if (count == 0) return;
        _segments.Enqueue(new Segment(new ArraySegment<byte>(_chunk, _chunkStart, count), null));
        _chunkStart = _chunkEnd;
        _chunkShared = true;
    }

    private readonly record struct Segment(ArraySegment<byte> Bytes, byte[] Return);
}
