namespace Cluster.Storage;

/// <summary>Why nothing was appended. Each means: definitely not in the log.</summary>
public enum AppendRefusal : byte
{
    None,

    /// <summary>Too many records wait for their commit; the replicas do not keep pace or there is no quorum.</summary>
    PendingFull,

    /// <summary>Too many bytes wait for the own disk.</summary>
    LogFull,

    /// <summary>The disk is full; reads go on, and writes again once there is space.</summary>
    DiskFull,

    /// <summary>A failed sync or write has poisoned the shard, or it is closed.</summary>
    Failed,

    /// <summary>A key, a value or the whole record exceeds its limit.</summary>
    TooLarge,
}

/// <summary>The LSN of an appended record, or why there is none.</summary>
public readonly record struct AppendResult(Lsn Lsn, AppendRefusal Refusal)
{
    public bool Appended => Refusal == AppendRefusal.None;

    public static AppendResult At(Lsn lsn) => new(lsn, AppendRefusal.None);

    public static AppendResult Refused(AppendRefusal refusal) => new(Lsn.None, refusal);
}
