using Cluster.Storage.Keys.Merge;

namespace Cluster.Storage.Keys;

public sealed unsafe partial class KeyDirectory
{
    /// <summary>What the files of the shard hold that is alive; null if nobody asks.</summary>
    internal FileUsage? Usage { get; init; }

    /// <summary>
    /// Writer only. Points the key to where a merge has copied its value, if it still points into one of the merge's sources: a key that was
    /// written or deleted since then does not. False: nothing was changed.
    /// </summary>
    internal bool Move(in KeyHash hash, MergeSources sources, ValueLocation to)
    {
        var table = Table();
        var page = (KeyPage*)KeyTable.Slot(table, LinearAddress.Bucket(hash.Low, KeyTable.Buckets(table)));
        var index = page == null ? -1 : KeyPage.IndexOf(page, hash);
        if (index < 0)
            return false;
        var from = KeyPage.Entry(page, index)->Location;
        if (!sources.Holds(from.File))
            return false;
        KeyPage.SetLocation(page, index, to);
        Usage?.Move(from, to);
        return true;
    }
}
