namespace Cluster.Storage.Log;

/// <summary>What an operator should be told; one call per event, for the structured log of the node. Any thread.</summary>
public interface IStorageEvents
{
    public static readonly IStorageEvents Silent = new SilentEvents();

    /// <summary>An unclean end left bytes that were never synced as a whole; they were dropped.</summary>
    void TornTailCut(int shard, string path, long offset, Lsn firstLost, string reason);

    /// <summary>A diverged suffix was removed after it was saved to a file.</summary>
    void SuffixCut(int shard, Lsn keep, Lsn last, string tailPath);

    /// <summary>The same, but the suffix could not be saved: no space for it, or it could not be read. It was never committed.</summary>
    void SuffixCutUnsaved(int shard, string folder, Lsn keep, Lsn last, string reason)
    {
    }

    /// <summary>Records of unknown durability were copied into a fresh segment after an unclean end of an earlier process.</summary>
    void DoubtfulRecordsCopied(int shard, Lsn first, Lsn last);

    /// <summary>
    /// A weak fsync mode, another boot, no clean close: records behind <paramref name="last"/> may have been acknowledged and are gone. Told at every
    /// opening until the replica has a new incarnation.
    /// </summary>
    void AcknowledgedMayBeMissing(int shard, string folder, Lsn last)
    {
    }

    /// <summary>How far an opening has come: at its start, every few megabytes, at its end. On the opening thread.</summary>
    void Opening(in OpeningProgress progress)
    {
    }

    /// <summary>Client writes are refused from now on: the disk has fewer bytes left than its low mark.</summary>
    void SpaceLow(string folder, long freeBytes)
    {
    }

    /// <summary>They are taken again.</summary>
    void SpaceRecovered(string folder, long freeBytes)
    {
    }

    /// <summary>
    /// A snapshot or a stream kept more log than its limit: the records behind that LSN may go, and who needed them needs a snapshot.
    /// </summary>
    void LogPinRevoked(int shard, Lsn after, long bytesHeld)
    {
    }

    /// <summary>A merge ended: files of so many bytes were replaced by so many.</summary>
    void Merged(int shard, Lsn through, long replacedBytes, long writtenBytes)
    {
    }

    /// <summary>Nothing is merged any more until the shard is opened again; it serves as before, but its disk fills.</summary>
    void MergeFailed(int shard, Exception cause)
    {
    }

    private sealed class SilentEvents : IStorageEvents
    {
        public void TornTailCut(int shard, string path, long offset, Lsn firstLost, string reason)
        {
        }

        public void SuffixCut(int shard, Lsn keep, Lsn last, string tailPath)
        {
        }

        public void DoubtfulRecordsCopied(int shard, Lsn first, Lsn last)
        {
        }
    }
}
