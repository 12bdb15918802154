using Cluster.Storage.Log;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// A snapshot at its source: the manifest, and everything in it held readable (N2), also after the shard has released or rewritten it, until it is
/// disposed. One lease serves any number of readers on any threads, until all have ended.
/// </summary>
public sealed class SnapshotLease : IDisposable
{
    private readonly PinnedFile[] _files;
    private readonly byte[] _encoded;

    internal SnapshotLease(SnapshotManifest manifest, List<PinnedFile> files, LogPin pin)
    {
        Manifest = manifest;
        Pin = pin;
        _files = [.. files];
        _encoded = manifest.Encode();
        Bytes = _encoded.Length + manifest.FileBytes;
    }

    public SnapshotManifest Manifest { get; }

    /// <summary>Bytes of the whole stream without the headers of its chunks.</summary>
    public long Bytes { get; }

    /// <summary>
    /// Keeps the records behind <see cref="SnapshotManifest.Last"/> in the log for the new replica. Advance it as that replica acknowledges; once it is
    /// revoked the snapshot can still be sent, but its receiver may be unable to continue.
    /// </summary>
    public LogPin Pin { get; }

    /// <summary>How many files the stream has, the manifest included.</summary>
    internal int FileCount => _files.Length + 1;

    /// <summary>Lets go of files and log. Readers must have ended.</summary>
    public void Dispose()
    {
        Pin.Dispose();
        foreach (var file in _files)
            file.Dispose();
    }

    internal long LengthOf(int file) => file == 0 ? _encoded.Length : _files[file - 1].File.Length;

    internal void Read(SnapshotPosition position, Span<byte> destination)
    {
        if (position.File == 0)
            _encoded.AsSpan((int)position.Offset, destination.Length).CopyTo(destination);
        else
            _files[position.File - 1].Read(position.Offset, destination);
    }
}
