namespace Cluster.Storage.Log;

/// <summary>What opening a log found out.</summary>
public sealed record LogRecovery
{
    /// <summary>The folder was created by this opening.</summary>
    public required bool Created { get; init; }

    /// <summary>The highest commit LSN that the log itself proves, never above its last record.</summary>
    public required Lsn CommitLsn { get; init; }

    /// <summary>The newest timestamp in the log, 0 if it is empty.</summary>
    public required long LastTimestamp { get; init; }

    /// <summary>
    /// Acknowledged records may be missing: the log was written under a weak fsync mode and the machine has rebooted without a clean
    /// close. Such a replica neither votes nor counts until a configuration record has given it a new incarnation.
    /// </summary>
    public required bool MayHaveLostAcknowledged { get; init; }

    /// <summary>First LSN that a torn tail cost, none if there was none.</summary>
    public required Lsn TornFrom { get; init; }
}
