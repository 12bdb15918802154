using System.Buffers;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// Reads the batches of one segment file in order and believes nothing: checksum, segment id, contiguous LSNs, terms that never go
/// back, the rolling digest. Stops at the first batch that is not valid; <see cref="Damage"/> then says why, or is null at a clean end
/// (the file ends there, or only zeros follow).
/// </summary>
internal sealed class BatchScanner(IDataFile file, SegmentHeader segment) : IDisposable
{
    private const int WindowBytes = 1 << 20;

    /// <summary>The device reads ahead of the scan by so much.</summary>
    private const int PrefetchBytes = 8 << 20;

    private byte[] _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private long _windowStart;
    private int _windowLength;

    /// <summary>Where the next batch begins; after the end, where the valid part ends.</summary>
    public long Offset { get; private set; } = SegmentHeader.Bytes;

    public Lsn NextLsn { get; private set; } = segment.First;

    public ulong Digest { get; private set; } = segment.DigestBefore;

    public Term Term { get; private set; } = segment.TermBefore;

    public long Timestamp { get; private set; }

    /// <summary>Why the scan stopped before the end of the file's content.</summary>
    public string? Damage { get; private set; }

    /// <summary>The batch is valid until the next call. False at the end.</summary>
    public bool TryNext(out BatchHeader header, out ReadOnlySpan<byte> batch)
    {
        batch = default;
        var start = Window(BatchHeader.Bytes);
        if (!BatchHeader.TryRead(start, out header))
        {
            Damage = start.Length == 0 || IsZeroToEnd() ? null : "no batch begins here";
            return false;
        }

        if (header.SegmentId != segment.SegmentId)
            return Stop("a batch of another segment");
        if (header.First != NextLsn)
            return Stop($"a batch that begins with LSN {header.First}");
        var bytes = Window(header.Length);
        if (bytes.Length < header.Length)
            return Stop("a batch that goes beyond the end of the file");
        bytes = bytes[..header.Length];
        if (!BatchHeader.ChecksumHolds(bytes))
            return Stop("a batch whose checksum does not hold");
        if (Check(header, bytes) is { } reason)
            return Stop(reason);
        Offset += header.Length;
        batch = bytes;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_window);
        _window = [];
    }

    private bool Stop(string reason)
    {
        Damage = reason;
        return false;
    }

    private string? Check(in BatchHeader header, ReadOnlySpan<byte> batch)
    {
        var lsn = NextLsn;
        var digest = Digest;
        var term = Term;
        var timestamp = Timestamp;
        var rest = batch[BatchHeader.Bytes..];
        for (var i = 0; i < header.Count; i++)
        {
            if (!RecordView.TryParse(rest, out var record))
                return "a batch whose records cannot be read";
            if (record.Lsn != lsn)
                return $"a record with LSN {record.Lsn} where {lsn} belongs";
            if (record.Term < term)
                return $"a record of term {record.Term} after one of term {term}";
            digest = XxHash64.Compute(record.Bytes, digest);
            lsn = lsn.Next;
            term = record.Term;
            timestamp = Math.Max(timestamp, record.Timestamp);
            rest = rest[record.Length..];
        }

        if (rest.Length > 0)
            return "a batch with bytes behind its last record";
        if (digest != header.Digest)
            return "a batch whose rolling digest does not hold";
        NextLsn = lsn;
        Digest = digest;
        Term = term;
        Timestamp = timestamp;
        return null;
    }

    /// <summary>The bytes from <see cref="Offset"/> on, at least that many unless the file ends.</summary>
    private ReadOnlySpan<byte> Window(int needed)
    {
        var skip = Offset - _windowStart;
        if (skip >= 0 && skip + needed <= _windowLength)
            return _window.AsSpan((int)skip, _windowLength - (int)skip);

        // A length that the file cannot hold must not make anybody allocate.
        var available = Math.Max(0, file.Length - Offset);
        needed = (int)Math.Min(needed, available);
        if (needed > _window.Length)
        {
            ArrayPool<byte>.Shared.Return(_window);
            _window = ArrayPool<byte>.Shared.Rent(needed);
        }

        _windowStart = Offset;
        _windowLength = file.Read(Offset, _window);
        file.Prefetch(_windowStart + _windowLength, PrefetchBytes);
        return _window.AsSpan(0, _windowLength);
    }

    private bool IsZeroToEnd()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(WindowBytes);
        try
        {
            for (var offset = Offset; ;)
            {
                var count = file.Read(offset, buffer);
                if (count == 0)
                    return true;
                if (buffer.AsSpan(0, count).ContainsAnyExcept((byte)0))
                    return false;
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
