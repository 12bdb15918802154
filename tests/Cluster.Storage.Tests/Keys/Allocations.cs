namespace Cluster.Storage.Tests.Keys;

internal static class Allocations
{
    /// <summary>Managed bytes that the current thread allocates during the action, after a run that warms it up.</summary>
    public static long During(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
