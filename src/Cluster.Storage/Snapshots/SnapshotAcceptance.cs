namespace Cluster.Storage.Snapshots;

/// <summary>What became of a chunk.</summary>
public enum SnapshotAcceptance
{
    /// <summary>Its bytes were new and are kept; the next chunk is wanted.</summary>
    Taken,

    /// <summary>It was the last one: everything is here and durable.</summary>
    Complete,

    /// <summary>All its bytes were here before. Nothing changed.</summary>
    Duplicate,

    /// <summary>Bytes before it are missing: ask for <see cref="SnapshotReceiver.Position"/>. Nothing changed.</summary>
    Gap,

    /// <summary>It belongs to another snapshot and is not its beginning: ask for that one from its start. Nothing changed.</summary>
    Other,

    /// <summary>It is no whole chunk, or not one of this snapshot's files. Nothing changed; the link that brought it should be doubted.</summary>
    Damaged,
}
