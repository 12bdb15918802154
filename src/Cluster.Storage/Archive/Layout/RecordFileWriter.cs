using System.Buffers;
using Cluster.Storage.Checksums;
using Cluster.Storage.Log;

namespace Cluster.Storage.Archive.Layout;

/// <summary>
/// Writes records that are already encoded as a file in segment format: what a tail holds for each of its shards, and what a restore puts together from parts of objects.
/// The records' bytes stay what they are, so the digests do; batches, checksums and the segment's id are new. All its records are committed.
/// <see cref="Finish"/> writes the last batch. Holds one batch. Blocks its caller.
/// </summary>
public sealed class RecordFileWriter : IDisposable
{
    /// <summary>A batch is closed when it has so much; one record may make it longer.</summary>
    private const int BatchBytes = 256 << 10;

    private readonly Stream _target;
    private readonly SegmentHeader _header;
    private byte[] _batch = ArrayPool<byte>.Shared.Rent(BatchBytes);
    private int _length = BatchHeader.Bytes;
    private int _count;

    /// <param name="target">Stays open. The segment's header is written to it at once.</param>
    /// <param name="header">Its first LSN is that of the first record to come; digest and term are those before it.</param>
    public RecordFileWriter(Stream target, SegmentHeader header)
    {
        _target = target;
        _header = header;
        (Last, Digest, Term) = (header.First - 1, header.DigestBefore, header.TermBefore);
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        header.Write(bytes);
        target.Write(bytes);
        Bytes = SegmentHeader.Bytes;
    }

    /// <summary>Of the file so far, without what is still gathered.</summary>
    public long Bytes { get; private set; }

    /// <summary>The last record that was appended.</summary>
    public Lsn Last { get; private set; }

    /// <summary>After it.</summary>
    public ulong Digest { get; private set; }

    /// <summary>Of it.</summary>
    public Term Term { get; private set; }

    public void Append(in RecordView record)
    {
        Invariant.Check(record.Lsn == Last.Next && record.Term >= Term, "records follow each other");
        if (_count > 0 && _length + record.Length > BatchBytes)
            WriteBatch();
        if (_batch.Length < _length + record.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_length + record.Length);
            _batch.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_batch);
            _batch = larger;
        }

        record.Bytes.CopyTo(_batch.AsSpan(_length));
        _length += record.Length;
        _count++;
        Digest = XxHash64.Compute(record.Bytes, Digest);
        Last = record.Lsn;
        Term = record.Term;
    }

    /// <summary>Writes what was gathered. More may follow.</summary>
    public void Finish()
    {
        if (_count > 0)
            WriteBatch();
    }

    public void Dispose()
    {
        if (_batch.Length > 0)
            ArrayPool<byte>.Shared.Return(_batch);
        _batch = [];
    }

    private void WriteBatch()
    {
        var header = new BatchHeader
        {
            Length = _length,
            SegmentId = _header.SegmentId,
            First = Last - (_count - 1),
            Count = _count,
            Commit = Last,
            SyncedThrough = Last - _count,
            Digest = Digest,
        };
        header.Write(_batch);
        _target.Write(_batch.AsSpan(0, _length));
        Bytes += _length;
        _length = BatchHeader.Bytes;
        _count = 0;
    }
}
