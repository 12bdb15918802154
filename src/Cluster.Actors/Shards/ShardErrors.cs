using Cluster.Storage;

namespace Cluster.Actors.Shards;

/// <summary>
/// Definite refusals (DESIGN C1): each of these codes means that the command was not appended. The unknown outcome has its own
/// way, <see cref="CommandBatch.SetUnknown"/>, and is never one of these.
/// </summary>
internal static class ShardErrors
{
    public static ReadOnlySpan<byte> NoLeader => "CLUSTERDOWN the shard has no leader; a majority of its replicas is needed"u8;
    public static ReadOnlySpan<byte> NotAccepted => "TRYAGAIN the shard's leader did not accept the command in time"u8;
    public static ReadOnlySpan<byte> LeaderChanged => "TRYAGAIN the shard's leader changed before the command took effect"u8;
    public static ReadOnlySpan<byte> NotConfirmed => "CLUSTERDOWN the shard's leader could not confirm its leadership with a majority of the replicas in time"u8;
    public static ReadOnlySpan<byte> PendingFull => "TRYAGAIN too many writes of the shard wait for a majority of its replicas"u8;
    public static ReadOnlySpan<byte> LogFull => "TRYAGAIN too many writes of the shard wait for the disk"u8;
    public static ReadOnlySpan<byte> DiskFull => "MISCONF the disk of the shard's leader is full or cannot be written; writes go on by themselves once it can"u8;
    public static ReadOnlySpan<byte> TooLarge => "ERR key or value too large"u8;
    public static ReadOnlySpan<byte> ReadersBusy => "TRYAGAIN too many reads wait for the disk"u8;
    public static ReadOnlySpan<byte> WritersSlowed => "TRYAGAIN writes of the shard are slowed down until a replica has got its new copy"u8;
    public static ReadOnlySpan<byte> Loading => "LOADING the replica on this node is recovering"u8;
    public static ReadOnlySpan<byte> Stopping => "CLUSTERDOWN the shard is stopping on this node"u8;
    public static ReadOnlySpan<byte> Failed => "MISCONF the shard's storage on this node has failed; see the log"u8;

    public static ReadOnlySpan<byte> TransferFailed => "TRYAGAIN leadership could not be handed over in time: it stays where it is"u8;
    public static ReadOnlySpan<byte> TransferElsewhere => "TRYAGAIN another node than the wanted one leads the shard now"u8;
    public static ReadOnlySpan<byte> TransferUnderWay => "TRYAGAIN leadership of the shard is being handed over"u8;
    public static ReadOnlySpan<byte> NotAVoter => "ERR that node is no voter of the shard"u8;
    public static ReadOnlySpan<byte> BookmarkLost => "BOOKMARKLOST a record of the bookmark was cut at a change of leaders"u8;
    public static ReadOnlySpan<byte> BookmarkNotReached => "TRYAGAIN the replica on this node has not reached the bookmark in time"u8;
    public static ReadOnlySpan<byte> BookmarksFull => "TRYAGAIN too many bookmarks are waited for"u8;
    public static ReadOnlySpan<byte> NewCopyNeeded => "TRYAGAIN the replica on this node needs a new copy and cannot say what it has"u8;
    public static ReadOnlySpan<byte> NobodyReachable => "NOREPLICAS no other voter of the shard was heard lately"u8;

    public static ReadOnlySpan<byte> Of(AppendRefusal refusal) => refusal switch
    {
        AppendRefusal.PendingFull => PendingFull,
        AppendRefusal.LogFull => LogFull,
        AppendRefusal.DiskFull => DiskFull,
        AppendRefusal.TooLarge => TooLarge,
        _ => Failed,
    };
}
