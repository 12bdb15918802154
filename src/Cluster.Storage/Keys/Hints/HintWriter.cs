using System.Buffers;
using System.Buffers.Binary;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Hints;

/// <summary>
/// Writes the hint of one segment, batch by batch, under a temporary name; <see cref="Finish"/> gives it its own. Nothing is synced: a hint is
/// optional and its checksums tell whether it is whole. One thread.
/// </summary>
internal sealed class HintWriter : IDisposable
{
    public const int BlockBytes = 256 << 10;
    private const int SeekStepBytes = 64 << 10;

    private readonly IFileLayer _files;
    private readonly ICrashPoints _crashPoints;
    private readonly string _path;
    private readonly IDataFile _file;
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _length = HintReader.BlockHeadBytes;
    private long _blockBytes;
    private int _blocks;
    private long _entries;
    private long _lastPlace;
    private readonly HintStamps _stamps = new();
    private Term _term;

    public HintWriter(StorageEnvironment environment, string folder, in SegmentName segment, Term termBefore)
    {
        _files = environment.Files;
        _crashPoints = environment.CrashPoints;
        _path = Path.Combine(folder, segment.HintName);
        _file = _files.Open(_path + State.StateFile.TemporarySuffix, FileOpening.Replace);
        _term = termBefore;
    }

    public static uint Checksum(int index, ReadOnlySpan<byte> content)
    {
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, index);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[4..], content.Length);
        return ~Crc32C.Update(Crc32C.Update(~0u, prefix), content);
    }

    /// <summary>The next batch of the segment, which was verified.</summary>
    public void Add(in BatchHeader header, ReadOnlySpan<byte> batch, long offset, ulong digestBefore)
    {
        if (_lastPlace == 0 || offset - _lastPlace >= SeekStepBytes)
        {
            _lastPlace = offset;
            var extra = Entry(HintKind.BatchPlace, 16, (ulong)header.First.Value);
            BinaryPrimitives.WriteInt64LittleEndian(extra, offset);
            BinaryPrimitives.WriteUInt64LittleEndian(extra[8..], digestBefore);
        }

        for (var at = BatchHeader.Bytes; at < batch.Length;)
        {
            var record = RecordView.FromTrusted(batch[at..][..RecordView.LengthAt(batch[at..])]);
            Add(record, offset + at);
            at += record.Length;
        }
    }

    public void Finish(HintHeader header)
    {
        AddStamps();
        FlushBlock();
        Span<byte> bytes = stackalloc byte[HintHeader.Bytes];
        (header with { BlockBytes = _blockBytes, Blocks = _blocks, Entries = _entries }).Write(bytes);
        _file.Write(0, bytes);
        _crashPoints.Reached("hint.written");
        _files.Rename(_path + State.StateFile.TemporarySuffix, _path);
        _crashPoints.Reached("hint.renamed");
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_block.Length > 0)
            ArrayPool<byte>.Shared.Return(_block);
        _block = [];
    }

    /// <summary>Removes what was begun; what cannot be removed the next opening removes.</summary>
    public void Abandon()
    {
        Dispose();
        try
        {
            _files.Delete(_path + State.StateFile.TemporarySuffix);
        }
        catch (StorageFailedException)
        {
        }
    }

    private void Add(in RecordView record, long offset)
    {
        if (record.Term != _term)
        {
            _term = record.Term;
            BinaryPrimitives.WriteInt64LittleEndian(Entry(HintKind.TermStart, 8, (ulong)record.Lsn.Value), record.Term.Value);
        }

        if (record.HasStamp)
        {
            _stamps.Add(record);
            if (_stamps.Length >= HintStamps.EntryBytes)
                AddStamps();
        }

        switch (record.Kind)
        {
            case RecordKind.Keys:
                AddOperations(record, offset + record.PayloadOffset);
                break;
            case RecordKind.FlushKeys:
                Entry(HintKind.FlushKeys, 0, 0);
                break;
            case RecordKind.Configuration or RecordKind.Topology:
                var extra = Entry(HintKind.Control, 16 + record.Payload.Length, (ulong)record.Lsn.Value, record.Kind);
                BinaryPrimitives.WriteInt64LittleEndian(extra, record.Term.Value);
                BinaryPrimitives.WriteInt64LittleEndian(extra[8..], record.Timestamp);
                record.Payload.CopyTo(extra[16..]);
                break;
        }
    }

    private void AddStamps()
    {
        if (_stamps.Length == 0)
            return;
        _stamps.Bytes.CopyTo(Entry(HintKind.Stamps, _stamps.Length, (ulong)_stamps.Base.Value));
        _stamps.Clear();
    }

    private void AddOperations(in RecordView record, long offset)
    {
        for (var rest = record.Payload; !rest.IsEmpty;)
        {
            KeyOperationView.TryParse(rest, out var operation);
            var kind = operation.Kind == KeyOperationKind.Delete ? HintKind.Delete : operation.HasExpiry ? HintKind.PutWithExpiry : HintKind.Put;
            var place = kind == HintKind.Delete ? 0 : (uint)offset | ((ulong)(uint)operation.Length << 32);
            var before = kind == HintKind.PutWithExpiry ? HintEntry.ExpiryBytes : 0;
            var extra = Entry(kind, before + operation.Key.Length, place);
            if (before > 0)
                BinaryPrimitives.WriteInt64LittleEndian(extra, operation.ExpiresAt);
            operation.Key.CopyTo(extra[before..]);
            offset += operation.Length;
            rest = rest[operation.Length..];
        }
    }

    /// <summary>Room for the variable part of a new entry.</summary>
    private Span<byte> Entry(HintKind kind, int extra, ulong value, RecordKind recordKind = default)
    {
        if (_length >= BlockBytes)
            FlushBlock();
        var needed = _length + HintEntry.HeadBytes + extra;
        if (needed > _block.Length)
            Grow(needed);
        HintEntry.WriteHead(_block.AsSpan(_length), kind, extra, value, recordKind);
        var span = _block.AsSpan(_length + HintEntry.HeadBytes, extra);
        _length = needed;
        _entries++;
        return span;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(needed);
        _block.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_block);
        _block = larger;
    }

    private void FlushBlock()
    {
        if (_length == HintReader.BlockHeadBytes)
            return;
        var content = _block.AsSpan(HintReader.BlockHeadBytes, _length - HintReader.BlockHeadBytes);
        BinaryPrimitives.WriteInt32LittleEndian(_block, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(4), Checksum(_blocks, content));
        BinaryPrimitives.WriteInt32LittleEndian(_block.AsSpan(8), _blocks);
        BinaryPrimitives.WriteInt32LittleEndian(_block.AsSpan(12), 0);
        _file.Write(HintHeader.Bytes + _blockBytes, _block.AsSpan(0, _length));
        _blockBytes += _length;
        _blocks++;
        _length = HintReader.BlockHeadBytes;
    }
}
