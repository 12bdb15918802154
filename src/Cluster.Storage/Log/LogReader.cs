using System.Buffers;
using System.Buffers.Binary;

namespace Cluster.Storage.Log;

/// <summary>Reads records by LSN: from the shared buffer, or from the segment files with every checksum verified. Any thread.</summary>
internal sealed class LogReader(SegmentTable segments, WalBuffer buffer)
{
    /// <summary>At least this much is read from a file at once.</summary>
    private const int DiskWindowBytes = 64 << 10;

    /// <summary>Who reads that much at once reads on: the windows to come are fetched while this one is verified.</summary>
    private const int PrefetchFromBytes = 256 << 10;
    private const int PrefetchWindows = 4;

    public bool TryReadBuffer(Lsn wanted, int maxBytes, out LogSlice? slice)
    {
        slice = null;
        var chunks = new List<WalChunk>(2);
        if (!buffer.Acquire(wanted, maxBytes, chunks))
            return false;
        slice = new LogSlice(chunks);
        var entry = chunks[0].Seek(wanted);
        var walk = new SliceWalk(slice, wanted, maxBytes);
        for (var i = 0; i < chunks.Count; i++)
        {
            var chunk = chunks[i];
            if (!walk.Continue(i, chunk.Span(0, chunk.Published), i == 0 ? entry.Offset : 0, i == 0 ? entry.First : chunk.First))
                break;
        }

        var last = chunks[walk.LastPlace.Chunk];
        var near = last.Seek(slice.Last);
        var end = walk.LastPlace.Offset + RecordView.LengthAt(last.Span(walk.LastPlace.Offset, sizeof(int)));
        slice.Digest = SliceWalk.Digest(last.Span(0, end), near.Offset, end, near.DigestBefore);
        return true;
    }

    /// <summary>Null if the record is no longer, or not yet, in a file.</summary>
    public LogSlice? ReadDisk(Lsn wanted, int maxBytes)
    {
        var segment = segments.AcquireFor(wanted);
        if (segment is null)
            return null;
        try
        {
            if (segment.File is null || segment.Last < wanted)
                return null;
            return ReadSegment(segment, wanted, maxBytes);
        }
        catch (WalCorruptException) when (segment.Last < wanted)
        {
            return null; // cut while it was read
        }
        finally
        {
            segment.Release();
        }
    }

    public bool TryReadFromBuffer(RecordLocation location, int offset, Span<byte> destination)
    {
        var chunk = buffer.Acquire(location);
        if (chunk is null)
            return false;
        var start = (int)(location.Offset - chunk.FileStart) + offset;
        chunk.Span(start, destination.Length).CopyTo(destination);
        chunk.Release();
        return true;
    }

    public bool TryReadFromFile(RecordLocation location, int offset, Span<byte> destination)
    {
        var segment = segments.Acquire(location.Segment);
        if (segment is null)
            return false;
        try
        {
            return segment.File is { } file
                && location.Offset + location.Length <= segment.WrittenBytes
                && file.Read(location.Offset + offset, destination) == destination.Length;
        }
        finally
        {
            segment.Release();
        }
    }

    private static LogSlice ReadSegment(Segment segment, Lsn wanted, int maxBytes)
    {
        var entry = segment.Seek(wanted);
        var end = segment.WrittenBytes;
        var offset = entry.Offset;
        var digest = entry.DigestBefore;

        // Batches before the one wanted are passed by their headers, at most a seek step of them. Each has to continue the one before: a damaged
        // LSN would pass for an older batch, and its records would be missing without a word.
        var next = entry.First;
        Span<byte> start = stackalloc byte[BatchHeader.Bytes];
        BatchHeader header;
        while (true)
        {
            if (offset >= end || segment.File!.Read(offset, start) < start.Length || !BatchHeader.TryRead(start, out header) || header.SegmentId != segment.Header.SegmentId || header.First != next)
                throw new WalCorruptException(segment.Path, offset, wanted, "no batch of this segment begins here");
            if (header.Last >= wanted)
                break;
            offset += header.Length;
            digest = header.Digest;
            next = header.Last.Next;
        }

        var length = (int)Math.Min(end - offset, Math.Max(header.Length, (long)maxBytes + DiskWindowBytes));
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        var slice = new LogSlice(bytes);
        try
        {
            var window = bytes.AsSpan(0, segment.File!.Read(offset, bytes.AsSpan(0, length)));
            if (maxBytes >= PrefetchFromBytes)
                segment.File.Prefetch(offset + window.Length, Math.Min(end - offset - window.Length, PrefetchWindows * (long)length));
            Take(segment, offset, window, slice, wanted, maxBytes, digest);
            if (slice.Length == 0)
                throw new WalCorruptException(segment.Path, offset, wanted, "the checksum of the batch does not hold");
            return slice;
        }
        catch
        {
            slice.Dispose();
            throw;
        }
    }

    /// <summary>Puts the records of the whole, valid batches at the start of the window into the slice, until it is full.</summary>
    private static void Take(Segment segment, long fileOffset, ReadOnlySpan<byte> window, LogSlice slice, Lsn wanted, int maxBytes, ulong digestBefore)
    {
        var walk = new SliceWalk(slice, wanted, maxBytes);
        var at = 0;
        var goOn = true;
        while (goOn && BatchHeader.TryRead(window[at..], out var header) && header.Length <= window.Length - at)
        {
            var batch = window.Slice(at, header.Length);
            if (header.SegmentId != segment.Header.SegmentId || !BatchHeader.ChecksumHolds(batch) || !RecordsFit(header, batch))
                throw new WalCorruptException(segment.Path, fileOffset + at, header.First, "the checksum of the batch does not hold");
            var batchEnd = at + header.Length;
            goOn = walk.Continue(0, window[..batchEnd], at, header.First);

            // The batch says its digest; one that ends within the slice's reach alone is carried over its records.
            if (slice.Last == header.Last)
            {
                slice.Digest = header.Digest;
            }
            else if (slice.Length > 0 && slice.Last >= header.First)
            {
                var place = walk.LastPlace.Offset;
                slice.Digest = SliceWalk.Digest(window, at, place + RecordView.LengthAt(window[place..]), digestBefore);
            }

            digestBefore = header.Digest;
            at = batchEnd;
        }
    }

    /// <summary>So that a walk over the batch cannot leave it, whatever a matching checksum may hide.</summary>
    private static bool RecordsFit(in BatchHeader header, ReadOnlySpan<byte> batch)
    {
        var at = BatchHeader.Bytes;
        for (var i = 0; i < header.Count; i++)
        {
            if (at + RecordFormat.HeaderBytes > batch.Length)
                return false;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(batch[at..]);
            if (length < RecordFormat.HeaderBytes || length > (uint)(batch.Length - at))
                return false;
            at += (int)length;
        }

        return at == batch.Length;
    }
}
