namespace Cluster.Storage.Slots;

/// <summary>For whom a replication slot holds the log. Values are on disk: append only.</summary>
public enum ReplicationSlotKind : byte
{
    /// <summary>A member of the shard's configuration. Made, advanced and dropped by the shard's leader itself.</summary>
    Replica = 1,

    /// <summary>Copies the log elsewhere.</summary>
    Archiver = 2,

    /// <summary>Reads changes.</summary>
    Consumer = 3,
}

/// <summary>Why a replication slot holds nothing any more. Values are on disk: append only.</summary>
public enum SlotInvalidation : byte
{
    /// <summary>It is valid.</summary>
    None = 0,

    /// <summary>The leader's log does not reach back to what it needs: after damage, a repair or a restore.</summary>
    WalRemoved = 1,

    /// <summary>It held more records than its horizon allows.</summary>
    HorizonRecords = 2,

    /// <summary>It held more bytes of the log than its horizon allows.</summary>
    HorizonBytes = 3,

    /// <summary>Nobody had used it for its idle time-out, and it held something.</summary>
    IdleTimeout = 4,
}
