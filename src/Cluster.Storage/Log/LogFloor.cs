namespace Cluster.Storage.Log;

/// <summary>
/// What stands in the place of the log's beginning: whoever opens the log has its records up to <see cref="Through"/> from elsewhere. They
/// are not replayed, and segments that hold nothing else may be missing.
/// </summary>
public sealed record LogFloor
{
    public required Lsn Through { get; init; }

    /// <summary>Everything up to here was committed and synced once; not below <see cref="Through"/>. A log that ends earlier is corrupt.</summary>
    public required Lsn Synced { get; init; }

    /// <summary>Rolling digest after <see cref="Through"/>.</summary>
    public required ulong Digest { get; init; }

    /// <summary>Of the record at <see cref="Through"/>.</summary>
    public required Term LastTerm { get; init; }

    /// <summary>Newest timestamp up to <see cref="Through"/>.</summary>
    public required long LastTimestamp { get; init; }

    /// <summary>The timeline through <see cref="Through"/>; the log takes it over.</summary>
    public required TermTable Terms { get; init; }
}
