namespace Cluster.Storage;

/// <summary>
/// Records that were once durable are damaged or missing. The shard refuses to open, nothing was changed on disk.
/// </summary>
public sealed class WalCorruptException : StorageException
{
    public WalCorruptException(string path, long offset, Lsn lsn, string reason)
        : base($"{path} is damaged at offset {offset}, LSN {lsn}: {reason}. Nothing was changed; restore this replica from another one, or repair it explicitly.")
    {
        Path = path;
        Offset = offset;
        Lsn = lsn;
        Reason = reason;
    }

    public string Path { get; }

    public long Offset { get; }

    public Lsn Lsn { get; }

    public string Reason { get; }
}
