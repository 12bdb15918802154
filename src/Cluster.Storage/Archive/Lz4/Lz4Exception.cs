namespace Cluster.Storage.Archive.Lz4;

public enum Lz4Problem
{
    /// <summary>The bytes are no LZ4 frame, or a checksum does not hold.</summary>
    Damaged,

    /// <summary>The frame ends before its end mark.</summary>
    Truncated,

    /// <summary>A frame of another version, or one that needs a dictionary.</summary>
    Unsupported,
}

/// <summary>A frame cannot be decoded. What was read before is not to be trusted as complete.</summary>
public sealed class Lz4Exception(Lz4Problem problem, long offset, string reason)
    : StorageException(FormattableString.Invariant($"LZ4 frame at offset {offset}: {reason}"))
{
    public Lz4Problem Problem { get; } = problem;

    /// <summary>In the compressed stream, in bytes: where the part that shows the problem begins.</summary>
    public long Offset { get; } = offset;
}
