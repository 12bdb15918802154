using System.Buffers;
using System.Buffers.Binary;
using Cluster.Storage.Checksums;
using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Hints;

/// <summary>
/// Reads a hint file that was found whole before its first entry is believed. A hint is never synced: whatever a crash, a failing medium
/// or another program made of it, it counts as missing. One thread.
/// </summary>
internal sealed class HintReader : IDisposable
{
    public const int BlockHeadBytes = 16;

    /// <summary>A block ends with the entry that passes its usual size; the longest key or configuration may be in it.</summary>
    public const int BlockBytesMax = HintWriter.BlockBytes + HintEntry.HeadBytes + 16 + RecordFormat.RecordBytesMax;

    private readonly IDataFile _file;
    private byte[] _block = [];
    private long _offset;
    private int _index;

    private HintReader(IDataFile file, HintHeader header)
    {
        _file = file;
        Header = header;
    }

    public HintHeader Header { get; private init; }

    /// <summary>Null if there is no whole hint of that segment.</summary>
    public static HintReader? TryOpen(IFileLayer files, string folder, in SealedSegment segment)
    {
        var reader = TryOpen(files, folder, segment.Name);
        if (reader is null)
            return null;
        var whole = false;
        try
        {
            whole = reader.Header.Describes(segment) && reader.IsWhole();
        }
        catch (StorageFailedException)
        {
            // A hint only saves time: one that cannot be read is as one that is missing, and the segment is read instead.
        }
        finally
        {
            if (!whole)
                reader.Dispose();
        }

        return whole ? reader : null;
    }

    /// <summary>Null if there is no file with a hint's header. Nothing is known about the blocks then, nor whether they are about that segment.</summary>
    public static HintReader? TryOpen(IFileLayer files, string folder, in SegmentName segment)
    {
        var path = Path.Combine(folder, segment.HintName);
        HintReader? reader = null;
        IDataFile? file = null;
        try
        {
            if (!files.FileExists(path))
                return null;
            file = files.Open(path, FileOpening.Read);
            Span<byte> bytes = stackalloc byte[HintHeader.Bytes];
            if (file.Read(0, bytes) == bytes.Length && HintHeader.TryRead(bytes, out var header)
                && file.Length == HintHeader.Bytes + header.BlockBytes)
                reader = new HintReader(file, header);
            return reader;
        }
        catch (StorageFailedException)
        {
            // As above.
            return null;
        }
        finally
        {
            if (reader is null)
                file?.Dispose();
        }
    }

    /// <summary>All blocks were read, and they are all there is.</summary>
    public bool AtEnd => _index == Header.Blocks && _offset == Header.BlockBytes;

    /// <summary>The entries of the next block; false at the end. The span is valid until the next call.</summary>
    public bool TryNextBlock(out ReadOnlySpan<byte> entries)
    {
        if (ReadBlock(out entries))
            return true;
        Invariant.Check(_index == Header.Blocks, "a hint that was whole stays whole while it is applied");
        return false;
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_block.Length > 0)
            ArrayPool<byte>.Shared.Return(_block);
        _block = [];
    }

    private bool IsWhole()
    {
        long count = 0;
        while (ReadBlock(out var entries))
        {
            for (; !entries.IsEmpty; count++)
            {
                if (!HintEntry.TryRead(entries, Header, out var entry))
                    return false;
                entries = entries[entry.Length..];
            }
        }

        var whole = AtEnd && count == Header.Entries;
        _index = 0;
        _offset = 0;
        return whole;
    }

    /// <summary>The entries of the next block, if it is valid. The span is valid until the next call.</summary>
    public bool ReadBlock(out ReadOnlySpan<byte> entries)
    {
        entries = default;
        Span<byte> head = stackalloc byte[BlockHeadBytes];
        if (_index >= Header.Blocks || _file.Read(HintHeader.Bytes + _offset, head) < head.Length)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (length > BlockBytesMax || length > Header.BlockBytes - _offset - BlockHeadBytes
            || BinaryPrimitives.ReadInt32LittleEndian(head[8..]) != _index || BinaryPrimitives.ReadInt32LittleEndian(head[12..]) != 0)
            return false;
        if (_block.Length < length)
        {
            if (_block.Length > 0)
                ArrayPool<byte>.Shared.Return(_block);
            _block = ArrayPool<byte>.Shared.Rent((int)length);
        }

        var content = _block.AsSpan(0, (int)length);
        if (_file.Read(HintHeader.Bytes + _offset + BlockHeadBytes, content) < content.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) != HintWriter.Checksum(_index, content))
            return false;
        _offset += BlockHeadBytes + length;
        _index++;
        entries = content;
        return true;
    }
}
