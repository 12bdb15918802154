namespace Cluster.Storage;

/// <summary>What a record means. The values are on disk and on the wire: append only. An unknown kind stops the shard.</summary>
public enum RecordKind : byte
{
    /// <summary>Opens a term, or moves the log forward without effect. No payload.</summary>
    NoOp = 1,

    /// <summary>An atomic list of key operations.</summary>
    Keys = 2,

    /// <summary>Deletes every key of the shard that was written before. No payload.</summary>
    FlushKeys = 3,

    /// <summary>Voters and learners of the shard, with their incarnations.</summary>
    Configuration = 4,

    /// <summary>Content of the meta shard.</summary>
    Topology = 5,

    /// <summary>States that nothing older than its timestamp will follow. No payload.</summary>
    Time = 6,

    /// <summary>Events or snapshots of persistent actors. Only in logs of their own; a shard refuses it.</summary>
    Persistence = 32,
}
