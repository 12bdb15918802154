namespace Cluster.Storage.Archive.Restore;

/// <summary>What to restore to.</summary>
public sealed record RestoreTarget
{
    private RestoreTarget()
    {
    }

    /// <summary>µs since 1970: every record up to this moment, in all shards; null if a time is not what is asked for.</summary>
    public long? Time { get; private init; }

    /// <summary>Shards whose last record is given; goes before <see cref="Time"/>.</summary>
    public IReadOnlyDictionary<int, Lsn> Records { get; private init; } = new Dictionary<int, Lsn>();

    /// <summary>Other shards are left out.</summary>
    public bool OnlyRecords { get; private init; }

    /// <summary>Everything that is archived, of each shard by itself.</summary>
    public static RestoreTarget Latest { get; } = new();

    public static RestoreTarget AtTime(long microseconds) => new() { Time = microseconds };

    /// <summary>That shard to that record, the others to its moment; whoever asks has read the record's timestamp.</summary>
    public static RestoreTarget AtRecord(int shard, Lsn lsn, long microseconds) =>
        new() { Time = microseconds, Records = new Dictionary<int, Lsn> { [shard] = lsn } };

    /// <summary>That shard alone.</summary>
    public static RestoreTarget OnlyRecord(int shard, Lsn lsn) =>
        new() { OnlyRecords = true, Records = new Dictionary<int, Lsn> { [shard] = lsn } };
}
