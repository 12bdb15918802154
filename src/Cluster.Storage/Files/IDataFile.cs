namespace Cluster.Storage.Files;

/// <summary>Memory outside the managed heap that takes part in one vectored write.</summary>
public readonly record struct IoRange(nint Address, int Length);

/// <summary>One open file, positional access only. Reads are safe on any thread; writes, syncs and truncation have one caller at a time.</summary>
public interface IDataFile : IDisposable
{
    string Path { get; }

    long Length { get; }

    /// <summary>Reads up to the span's length; fewer bytes only at the end of the file.</summary>
    int Read(long offset, Span<byte> destination);

    /// <summary>A hint: that range will be read soon. Returns at once, reports nothing, and may do nothing.</summary>
    void Prefetch(long offset, long length)
    {
    }

    /// <summary>Writes everything or throws; after a throw any part of it may have been written.</summary>
    void Write(long offset, ReadOnlySpan<byte> source);

    /// <summary>Writes the ranges one after the other from <paramref name="offset"/> on, all or throws.</summary>
    void Write(long offset, ReadOnlySpan<IoRange> source);

    /// <summary>
    /// Makes written bytes and the file's length durable. After a failure the bytes since the last success may be lost although
    /// reads still show them and a repeated sync succeeds: the caller must never rely on a repetition.
    /// </summary>
    void Sync();

    void Truncate(long length);

    /// <summary>Reserves blocks up to that length and raises the file's length to it; the new bytes read as zero.</summary>
    void Allocate(long length);
}
