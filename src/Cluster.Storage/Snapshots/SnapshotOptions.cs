namespace Cluster.Storage.Snapshots;

/// <summary>What a source is to know about a snapshot.</summary>
public sealed record SnapshotOptions
{
    /// <summary>Raised by an operator's unsafe recovery; 0 where there was none.</summary>
    public long RecoveryGeneration { get; init; }

    /// <summary>
    /// File bytes that the log may keep for the sake of the new replica, which continues from the snapshot's end. Above it the log is
    /// released all the same and the replica will need another snapshot. Should exceed the write rate times the time of the transfer.
    /// </summary>
    public long PinBytesMax { get; init; } = 8L << 30;

    /// <summary>See <see cref="SnapshotManifest.Sections"/>; ids ascend.</summary>
    public IReadOnlyList<SnapshotSection> Sections { get; init; } = [];
}
