namespace Cluster.Storage;

/// <summary>The log's rolling digest differs from its source's at the same LSN. Nothing was appended; the replica must stop.</summary>
public sealed class DigestMismatchException(Lsn lsn, ulong expected, ulong actual)
    : StorageException($"digest at LSN {lsn} is {actual:x16}, its source has {expected:x16}: the logs have diverged")
{
    public Lsn Lsn { get; } = lsn;

    public ulong Expected { get; } = expected;

    public ulong Actual { get; } = actual;
}
