using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Log;

namespace Cluster.Storage.Snapshots;

/// <summary>Content of one file of a snapshot, readable and unchanged until it is let go, whatever becomes of its name.</summary>
internal abstract class PinnedFile(SnapshotFile file) : IDisposable
{
    private int _disposed;

    public SnapshotFile File => file;

    /// <summary>Fills the span. Blocks. Throws <see cref="StorageFailedException"/>, or <see cref="WalCorruptException"/> if bytes are missing.</summary>
    public abstract void Read(long offset, Span<byte> destination);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Release();
    }

    protected abstract void Release();
}

/// <summary>A whole data file. Takes over the caller's hold on it.</summary>
internal sealed class PinnedDataFile(DataFile file) : PinnedFile(new SnapshotFile(SnapshotFileKind.Data, file.Info.Name, file.Info.Bytes))
{
    public override void Read(long offset, Span<byte> destination)
    {
        var count = file.File.Read(offset, destination);
        if (count < destination.Length)
            throw new WalCorruptException(file.File.Path, offset + count, file.Info.First, "the file is shorter than what was written to it");
    }

    protected override void Release() => file.Release();
}

/// <summary>A small file that may be replaced on disk meanwhile.</summary>
internal sealed class PinnedBytes(SnapshotFileKind kind, string name, byte[] content) : PinnedFile(new SnapshotFile(kind, name, content.Length))
{
    public override void Read(long offset, Span<byte> destination) => content.AsSpan((int)offset, destination.Length).CopyTo(destination);

    protected override void Release()
    {
    }
}

/// <summary>The first bytes of a segment. Takes over the caller's hold on it.</summary>
internal sealed class PinnedSegment(Segment segment, Lsn last, long length)
    : PinnedFile(new SnapshotFile(SnapshotFileKind.Segment, new SegmentName(segment.First, last).ToString(), length))
{
    public override void Read(long offset, Span<byte> destination)
    {
        var count = segment.File!.Read(offset, destination);
        if (count < destination.Length)
            throw new WalCorruptException(segment.Path, offset + count, segment.First, "the file is shorter than what was written to it");
    }

    protected override void Release() => segment.Release();
}
