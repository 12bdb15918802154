using System.Buffers;
using Cluster.Storage.Files;

namespace Cluster.Storage.Archive.Layout;

/// <summary>
/// A stream of known length that the scanner of segment files can read: it asks for windows that begin within the one before or right behind it, so the last window is kept and nothing
/// else. Any other position is refused. Not for writing.
/// </summary>
internal sealed class StreamDataFile(Stream source, long length, string name) : IDataFile
{
    private byte[] _kept = [];
    private long _keptStart;
    private int _keptLength;

    public string Path => name;

    public long Length => length;

    public int Read(long offset, Span<byte> destination)
    {
        destination = destination[..(int)Math.Min(destination.Length, Math.Max(0, length - offset))];
        var skip = offset - _keptStart;
        Invariant.Check(skip >= 0 && skip <= _keptLength, "a stream is read forward");
        var again = Math.Min((int)(_keptLength - skip), destination.Length);
        _kept.AsSpan((int)skip, again).CopyTo(destination);
        if (again == destination.Length)
            return again;
        var count = again + source.ReadAtLeast(destination[again..], destination.Length - again, throwOnEndOfStream: false);
        if (_kept.Length < count)
        {
            Return();
            _kept = ArrayPool<byte>.Shared.Rent(count);
        }

        destination[..count].CopyTo(_kept);
        (_keptStart, _keptLength) = (offset, count);
        return count;
    }

    public void Dispose() => Return();

    public void Write(long offset, ReadOnlySpan<byte> source) => throw new NotSupportedException();

    public void Write(long offset, ReadOnlySpan<IoRange> source) => throw new NotSupportedException();

    public void Sync() => throw new NotSupportedException();

    public void Truncate(long length) => throw new NotSupportedException();

    public void Allocate(long length) => throw new NotSupportedException();

    private void Return()
    {
        if (_kept.Length > 0)
            ArrayPool<byte>.Shared.Return(_kept);
        _kept = [];
    }
}
