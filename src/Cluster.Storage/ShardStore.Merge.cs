using Cluster.Storage.State;

namespace Cluster.Storage;

/// <summary>Garbage: what may be given up, and what is done about it.</summary>
public sealed partial class ShardStore
{
    // A commit must stay cheap: about 50 µs of work with a cold directory.
    private const int RelocationsPerCommit = 256;
    private const int RelocationsPerCall = 2048;

    /// <summary>What is merged, or null if nothing is. Any thread.</summary>
    public ShardManifest? Manifest => _state.Manifest;

    /// <summary>
    /// Records from <paramref name="floor"/> on must stay in the log for whoever calls: replicas, replication slots, an archive (S10). What lies below may be
    /// merged once it is committed and flushed, and its segments are unlinked once they are merged. Until the first call nothing is. A
    /// floor may go back: what is gone stays gone, <see cref="FirstLsn"/> tells. Any thread.
    /// </summary>
    public void ReleaseBelow(Lsn floor) => _merge?.SetFloor(floor);

    /// <summary>The first record of the newest segments that have at most so many bytes together; the newest segment's at least. Any thread.</summary>
    public Lsn FirstWithin(long bytes)
    {
        var segments = Log.Segments;
        var first = LastLsn.Next;
        for (var i = segments.Length - 1; i >= 0 && (i == segments.Length - 1 || segments[i].WrittenBytes <= bytes); i--)
        {
            first = segments[i].First;
            bytes -= segments[i].WrittenBytes;
        }

        return first;
    }

    /// <summary>Any thread; looks at every file.</summary>
    public MergeStatus MergeStatus => _merge?.Status() ?? default;
}
