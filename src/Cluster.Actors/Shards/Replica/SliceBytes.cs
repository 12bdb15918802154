using Cluster.Storage.Log;

namespace Cluster.Actors.Shards;

/// <summary>Record bytes that are still the log's: whole records, or a part of the slice's first record.</summary>
internal sealed class SliceBytes : RecordBytes
{
    private readonly LogSlice _slice;
    private readonly int _offset;

    public SliceBytes(LogSlice slice)
    {
        _slice = slice;
        _offset = -1;
        Length = slice.Length;
    }

    public SliceBytes(LogSlice slice, int offset, int length)
    {
        _slice = slice;
        _offset = offset;
        Length = length;
    }

    public override int Length { get; }

    public override void CopyTo(Span<byte> to)
    {
        if (_offset < 0) _slice.CopyTo(to);
        else _slice.Range(0).Slice(_offset, Length).CopyTo(to);
    }

    public override void Release() => _slice.Dispose();
}
