namespace Cluster.Storage.Files;

/// <summary>What this process has asked of its disks since it started. Any thread.</summary>
public static class DiskCounters
{
    private static long s_syncs;
    private static long s_writtenBytes;

    /// <summary>Syncs of files that succeeded; those of folders are not counted.</summary>
    public static long Syncs => Volatile.Read(ref s_syncs);

    public static long WrittenBytes => Volatile.Read(ref s_writtenBytes);

    internal static void CountSync() => Interlocked.Increment(ref s_syncs);

    internal static void CountWritten(long bytes) => Interlocked.Add(ref s_writtenBytes, bytes);
}
