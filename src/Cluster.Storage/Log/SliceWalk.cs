using System.Buffers.Binary;
using Cluster.Storage.Checksums;

namespace Cluster.Storage.Log;

/// <summary>
/// Walks a stream of batches whose bytes are known to be valid and puts the records wanted into a slice. The running digest is carried
/// over all records it passes, wanted or not.
/// </summary>
internal struct SliceWalk(LogSlice slice, Lsn wanted, int maxBytes, ulong digestBefore)
{
    private ulong _digest = digestBefore;

    /// <summary>False once the slice is full.</summary>
    public bool Continue(int chunk, ReadOnlySpan<byte> bytes, int start)
    {
        for (var offset = start; offset < bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
            if (length == BatchHeader.Magic)
            {
                offset += BatchHeader.Bytes;
                continue;
            }

            var record = RecordView.FromTrusted(bytes.Slice(offset, (int)length));
            var lsn = record.Lsn;
            if (lsn >= wanted)
            {
                if (slice.Length > 0 && slice.Length + (int)length > maxBytes)
                    return false;
                if (slice.Length == 0)
                    slice.First = lsn;
                slice.Add(chunk, offset, (int)length);
                slice.Last = lsn;
                slice.LastTerm = record.Term;
            }

            _digest = XxHash64.Compute(record.Bytes, _digest);
            if (lsn >= wanted)
                slice.Digest = _digest;
            offset += (int)length;
        }

        return slice.Length < maxBytes;
    }
}
