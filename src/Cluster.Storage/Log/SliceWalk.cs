using System.Buffers.Binary;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Log;

/// <summary>
/// Walks a stream of batches whose bytes are known to be valid and puts the records wanted into a slice: by their lengths alone, since LSNs
/// follow each other. The digest at the slice's end is not computed on the way: the caller knows it at a place shortly before.
/// </summary>
internal struct SliceWalk(LogSlice slice, Lsn wanted, int maxBytes)
{
    /// <summary>The record that comes next.</summary>
    private Lsn _next;

    /// <summary>Chunk and offset of the newest record in the slice.</summary>
    public (int Chunk, int Offset) LastPlace { get; private set; }

    /// <summary>False once the slice is full. The bytes at <paramref name="start"/> are the record <paramref name="first"/>, or headers before it.</summary>
    public bool Continue(int chunk, ReadOnlySpan<byte> bytes, int start, Lsn first)
    {
        _next = first;
        var offset = start;
        var rangeStart = -1;
        var full = false;
        while (offset < bytes.Length)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
            if (length == BatchHeader.Magic)
            {
                Take(chunk, bytes, ref rangeStart, offset);
                offset += BatchHeader.Bytes;
                continue;
            }

            if (_next >= wanted)
            {
                var sofar = slice.Length + (rangeStart < 0 ? 0 : offset - rangeStart);
                full = sofar > 0 && sofar + (long)length > maxBytes;
                if (full)
                    break;
                if (sofar == 0)
                    slice.First = _next;
                if (rangeStart < 0)
                    rangeStart = offset;
                slice.Last = _next;
                LastPlace = (chunk, offset);
            }

            _next = _next.Next;
            offset += (int)length;
        }

        Take(chunk, bytes, ref rangeStart, offset);
        return !full && slice.Length < maxBytes;
    }

    /// <summary>Carries the digest before the record at <paramref name="offset"/> over all records up to the one that ends at <paramref name="end"/>.</summary>
    public static ulong Digest(ReadOnlySpan<byte> bytes, int offset, int end, ulong digest)
    {
        while (offset < end)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
            if (length == BatchHeader.Magic)
            {
                offset += BatchHeader.Bytes;
                continue;
            }

            digest = XxHash64.Compute(bytes.Slice(offset, (int)length), digest);
            offset += (int)length;
        }

        return digest;
    }

    private readonly void Take(int chunk, ReadOnlySpan<byte> bytes, ref int rangeStart, int rangeEnd)
    {
        if (rangeStart < 0)
            return;
        slice.Add(chunk, rangeStart, rangeEnd - rangeStart);
        rangeStart = -1;
        slice.LastTerm = RecordView.FromTrusted(bytes[LastPlace.Offset..rangeEnd]).Term;
    }
}
