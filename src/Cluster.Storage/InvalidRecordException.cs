namespace Cluster.Storage;

/// <summary>Bytes offered as records are not: they break the format, do not follow the log's end, or are of a kind this version does not know.</summary>
public sealed class InvalidRecordException(Lsn lsn, string reason) : StorageException($"record at LSN {lsn} is refused: {reason}")
{
    public Lsn Lsn { get; } = lsn;

    public string Reason { get; } = reason;
}
