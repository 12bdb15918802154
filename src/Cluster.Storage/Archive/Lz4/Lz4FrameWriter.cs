using System.Buffers;
using System.Buffers.Binary;

namespace Cluster.Storage.Archive.Lz4;

/// <summary>
/// Compresses what is written to it into one LZ4 frame: independent blocks, a checksum over the content. <see cref="Finish"/> writes the end: a writer that is
/// disposed without it leaves a frame that every reader calls truncated, so that a failure half-way never looks whole. Holds two blocks. Blocks its caller.
/// </summary>
public sealed class Lz4FrameWriter : ForwardStream
{
    private readonly Stream _target;
    private readonly Lz4BlockEncoder _encoder = new();
    private readonly int _blockBytes;
    private byte[] _block;
    private byte[] _encoded;
    private int _length;
    private XxHash32 _checksum = new();
    private bool _finished;

    /// <param name="target">Stays open.</param>
    /// <param name="blockSize">Larger blocks compress no better beyond 1 MiB, for matches reach back 64 KiB at most.</param>
    public Lz4FrameWriter(Stream target, Lz4BlockSize blockSize = Lz4BlockSize.MiB1)
    {
        _target = target;
        _blockBytes = Lz4FrameFormat.BlockBytes((int)blockSize);
        _block = ArrayPool<byte>.Shared.Rent(_blockBytes);
        _encoded = ArrayPool<byte>.Shared.Rent(sizeof(uint) + Lz4Block.EncodedBytesMax(_blockBytes));
        Span<byte> header = stackalloc byte[7];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Lz4FrameFormat.Magic);
        header[4] = Lz4FrameFormat.Version | Lz4FrameFormat.IndependentFlag | Lz4FrameFormat.ContentChecksumFlag;
        header[5] = (byte)((int)blockSize << 4);
        header[6] = Lz4FrameFormat.HeaderChecksum(header[4..6]);
        _target.Write(header);
    }

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        _checksum.Append(buffer);
        while (buffer.Length > 0)
        {
            // A whole block is taken from where it lies.
            if (_length == 0 && buffer.Length >= _blockBytes)
            {
                WriteBlock(buffer[.._blockBytes]);
                buffer = buffer[_blockBytes..];
                continue;
            }

            var taken = Math.Min(_blockBytes - _length, buffer.Length);
            buffer[..taken].CopyTo(_block.AsSpan(_length));
            _length += taken;
            buffer = buffer[taken..];
            if (_length == _blockBytes)
                WriteGathered();
        }
    }

    /// <summary>Writes what was gathered and the end of the frame. Nothing can be written afterwards.</summary>
    public void Finish()
    {
        if (_finished)
            return;
        WriteGathered();
        Span<byte> end = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(end[4..], _checksum.Value());
        _target.Write(end);
        _finished = true;
    }

    /// <summary>Writes nothing of a block that is not full: what was gathered stays here.</summary>
    public override void Flush() => _target.Flush();

    protected override void Dispose(bool disposing)
    {
        _finished = true;
        ArrayPool<byte>.Shared.Return(_block);
        ArrayPool<byte>.Shared.Return(_encoded);
        _block = [];
        _encoded = [];
        base.Dispose(disposing);
    }

    private void WriteGathered()
    {
        if (_length > 0)
            WriteBlock(_block.AsSpan(0, _length));
        _length = 0;
    }

    private void WriteBlock(ReadOnlySpan<byte> block)
    {
        var length = _encoder.Encode(block, _encoded.AsSpan(sizeof(uint)));
        if (length < block.Length)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_encoded, (uint)length);
            _target.Write(_encoded.AsSpan(0, sizeof(uint) + length));
            return;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_encoded, (uint)block.Length | Lz4FrameFormat.RawFlag);
        _target.Write(_encoded.AsSpan(0, sizeof(uint)));
        _target.Write(block);
    }
}
