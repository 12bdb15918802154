namespace Cluster.Storage.Log;

/// <summary>When written records become safe from a power failure. The values are on disk: append only.</summary>
public enum FsyncMode : byte
{
    /// <summary>Acknowledged after a sync.</summary>
    Always = 1,

    /// <summary>Acknowledged once written; synced every <see cref="ShardLogOptions.FsyncInterval"/>.</summary>
    Interval = 2,

    /// <summary>Acknowledged once written; the operating system syncs when it likes.</summary>
    Os = 3,
}
