using System.Buffers;
using System.Buffers.Binary;

namespace Cluster.Storage.Archive.Lz4;

/// <summary>
/// Reads the content of LZ4 frames, one behind the other, skippable ones passed over, to the end of the source. Every checksum is held; a source that ends
/// within a frame is an error, never an end. Takes memory for two blocks as the frame's header says them, 8 MiB at most, whatever the input. Blocks its caller.
/// </summary>
public sealed class Lz4FrameReader : ForwardStream
{
    private readonly Stream _source;
    private byte[] _window = [];
    private byte[] _encoded = [];
    private int _start;
    private int _end;
    private long _offset;

    private bool _inFrame;
    private bool _anyFrame;
    private byte _flags;
    private int _blockBytes;
    private ulong _contentSize;
    private ulong _read;
    private XxHash32 _checksum;

    /// <param name="source">Stays open.</param>
    public Lz4FrameReader(Stream source) => _source = source;

    public override bool CanRead => true;

    private bool IsLinked => (_flags & Lz4FrameFormat.IndependentFlag) == 0;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0)
            return 0;
        while (_start == _end)
        {
            if (!_inFrame && !BeginFrame())
                return 0;
            ReadBlock();
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _window.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        Return(ref _window);
        Return(ref _encoded);
        _start = _end = 0;
        base.Dispose(disposing);
    }

    /// <summary>False at the end of the source.</summary>
    private bool BeginFrame()
    {
        Span<byte> header = stackalloc byte[11];
        while (true)
        {
            var got = _source.ReadAtLeast(header[..4], 4, throwOnEndOfStream: false);
            if (got == 0 && _anyFrame)
                return false;
            if (got < 4)
                throw Error(Lz4Problem.Truncated, "the source ends before a frame's magic");
            var magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if ((magic & Lz4FrameFormat.SkippableMask) == Lz4FrameFormat.SkippableMagic)
            {
                _offset += 4;
                Fill(header[..4]);
                Skip(BinaryPrimitives.ReadUInt32LittleEndian(header));
                _anyFrame = true;
                continue;
            }

            if (magic != Lz4FrameFormat.Magic)
                throw Error(Lz4Problem.Damaged, "no frame begins here");
            _offset += 4;
            break;
        }

        Fill(header[..2]);
        _flags = header[0];
        if ((_flags & Lz4FrameFormat.VersionMask) != Lz4FrameFormat.Version)
            throw Error(Lz4Problem.Unsupported, "another version of the format");
        if ((_flags & Lz4FrameFormat.DictionaryFlag) != 0)
            throw Error(Lz4Problem.Unsupported, "a frame that needs a dictionary");
        var size = header[1] >> 4;
        if ((_flags & Lz4FrameFormat.ReservedFlag) != 0 || (header[1] & 0x8F) != 0 || size < (int)Lz4BlockSize.KiB64)
            throw Error(Lz4Problem.Damaged, "a frame's header sets what is reserved");
        var descriptor = 2;
        if ((_flags & Lz4FrameFormat.ContentSizeFlag) != 0)
        {
            Fill(header.Slice(2, 8));
            _contentSize = BinaryPrimitives.ReadUInt64LittleEndian(header[2..]);
            descriptor = 10;
        }

        Fill(header.Slice(descriptor, 1));
        if (header[descriptor] != Lz4FrameFormat.HeaderChecksum(header[..descriptor]))
            throw Error(Lz4Problem.Damaged, "the checksum of a frame's header does not hold");

        _blockBytes = Lz4FrameFormat.BlockBytes(size);
        _start = _end = 0;
        _read = 0;
        _checksum = new XxHash32();
        _inFrame = _anyFrame = true;
        return true;
    }

    /// <summary>Reads one block, or the end of the frame.</summary>
    private void ReadBlock()
    {
        var begin = _offset;
        Span<byte> word = stackalloc byte[4];
        Fill(word);
        var head = BinaryPrimitives.ReadUInt32LittleEndian(word);
        if (head == 0)
        {
            EndFrame();
            return;
        }

        var length = (int)(head & ~Lz4FrameFormat.RawFlag);
        if (length > _blockBytes)
            throw new Lz4Exception(Lz4Problem.Damaged, begin, $"a block of {length} bytes where {_blockBytes} is the most");
        Rent(ref _encoded, length);
        var encoded = _encoded.AsSpan(0, length);
        Fill(encoded);
        if ((_flags & Lz4FrameFormat.BlockChecksumFlag) != 0)
        {
            Fill(word);
            if (BinaryPrimitives.ReadUInt32LittleEndian(word) != XxHash32.Compute(encoded))
                throw new Lz4Exception(Lz4Problem.Damaged, begin, "the checksum of a block does not hold");
        }

        var history = KeepHistory();
        var decoded = length;
        if ((head & Lz4FrameFormat.RawFlag) != 0)
            encoded.CopyTo(_window.AsSpan(history));
        else
            decoded = Lz4BlockDecoder.Decode(encoded, _window.AsSpan(0, history + _blockBytes), history);
        if (decoded == Lz4BlockDecoder.Invalid)
            throw new Lz4Exception(Lz4Problem.Damaged, begin, "a block that cannot be decoded");
        _start = history;
        _end = history + decoded;
        _read += (ulong)decoded;
        _checksum.Append(_window.AsSpan(_start, decoded));
    }

    /// <summary>Makes room for a block, with what linked blocks may reach back into before it. Returns where the block goes.</summary>
    private int KeepHistory()
    {
        var history = IsLinked ? Math.Min(_end, Lz4Block.DistanceMax + 1) : 0;
        var needed = (IsLinked ? Lz4Block.DistanceMax + 1 : 0) + _blockBytes;
        if (_window.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(needed);
            _window.AsSpan(_end - history, history).CopyTo(larger);
            Return(ref _window);
            _window = larger;
        }
        else if (history > 0)
        {
            _window.AsSpan(_end - history, history).CopyTo(_window);
        }

        return history;
    }

    private void EndFrame()
    {
        if ((_flags & Lz4FrameFormat.ContentChecksumFlag) != 0)
        {
            Span<byte> word = stackalloc byte[4];
            Fill(word);
            if (BinaryPrimitives.ReadUInt32LittleEndian(word) != _checksum.Value())
                throw Error(Lz4Problem.Damaged, "the checksum of a frame's content does not hold");
        }

        if ((_flags & Lz4FrameFormat.ContentSizeFlag) != 0 && _read != _contentSize)
            throw Error(Lz4Problem.Damaged, $"a frame with {_read} bytes where its header says {_contentSize}");
        _inFrame = false;
        _start = _end = 0;
    }

    private void Fill(Span<byte> target)
    {
        var got = _source.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        if (got < target.Length)
            throw Error(Lz4Problem.Truncated, "the source ends within a frame");
        _offset += got;
    }

    private void Skip(uint bytes)
    {
        Span<byte> waste = stackalloc byte[4096];
        for (long left = bytes; left > 0;)
        {
            var part = waste[..(int)Math.Min(left, waste.Length)];
            Fill(part);
            left -= part.Length;
        }
    }

    private static void Rent(ref byte[] buffer, int bytes)
    {
        if (buffer.Length >= bytes)
            return;
        Return(ref buffer);
        buffer = ArrayPool<byte>.Shared.Rent(bytes);
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private Lz4Exception Error(Lz4Problem problem, string reason) => new(problem, _offset, reason);
}
