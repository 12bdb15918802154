using System.Buffers;
using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>Finds whole batches behind damage, where they need not begin at a known place: every occurrence of the magic is tried.</summary>
internal static class BatchSearch
{
    private const int WindowBytes = 1 << 20;

    /// <summary>Offset of the first batch of that segment, from that offset on, that has a matching checksum and is wanted; or null.</summary>
    public static long? First(IDataFile file, long from, ulong segmentId, Func<BatchHeader, bool> wanted)
    {
        ReadOnlySpan<byte> magic = [(byte)'C', (byte)'L', (byte)'B', (byte)'1'];
        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        try
        {
            for (var offset = from; ;)
            {
                var count = file.Read(offset, window.AsSpan(0, WindowBytes));
                if (count < BatchHeader.Bytes)
                    return null;
                for (var at = 0; ;)
                {
                    var hit = window.AsSpan(at, count - at).IndexOf(magic);
                    if (hit < 0 || at + hit + BatchHeader.Bytes > count)
                        break;
                    at += hit;
                    if (BatchHeader.TryRead(window.AsSpan(at, BatchHeader.Bytes), out var header)
                        && header.SegmentId == segmentId && wanted(header) && ChecksumHolds(file, offset + at, header.Length))
                        return offset + at;
                    at++;
                }

                // Overlap by a header, so that none is missed on the border.
                offset += count < WindowBytes ? count : count - BatchHeader.Bytes;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static bool ChecksumHolds(IDataFile file, long offset, int length)
    {
        if (offset + length > file.Length)
            return false;
        var batch = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return file.Read(offset, batch.AsSpan(0, length)) == length && BatchHeader.ChecksumHolds(batch.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(batch);
        }
    }
}
