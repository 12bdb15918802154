namespace Cluster.Storage;

/// <summary>Records that a reader wants are no longer in the log: it needs a snapshot.</summary>
public sealed class LogReleasedException(Lsn wanted, Lsn oldest)
    : StorageException($"record at LSN {wanted} was released; the oldest one here is {oldest}: read a snapshot first")
{
    public Lsn Wanted { get; } = wanted;

    public Lsn Oldest { get; } = oldest;
}
