namespace Cluster.Actors.Shards;

/// <summary>
/// A cursor of SCAN in the 64 bits that clients keep: `32 bits position, 18 bits epoch, 14 bits shard`. 0 is the beginning and the end. The position is that of
/// <see cref="Cluster.Storage.ShardStore.ScanCommitted"/>, of which only the high half is ever used; the epoch tells whether the same process gave it,
/// for another one has another order (then the shard is begun anew: keys may be told twice, none that stays is missed).
/// </summary>
public readonly record struct ScanCursor(uint Position, int Epoch, int Shard)
{
    public const int EpochMask = (1 << EpochBits) - 1;

    private const int ShardBits = 14;
    private const int EpochBits = 18;

    public static ScanCursor Of(ulong cursor) =>
        new((uint)(cursor >> (ShardBits + EpochBits)), (int)((cursor >> ShardBits) & EpochMask), (int)(cursor & ((1 << ShardBits) - 1)));

    public ulong Value => ((ulong)Position << (ShardBits + EpochBits)) | ((ulong)Epoch << ShardBits) | (uint)Shard;
}
