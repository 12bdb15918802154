namespace Cluster.Storage.Tests.Keys;

internal static class Allocations
{
    private const int Attempts = 5;

    /// <summary>
    /// Managed bytes that the current thread allocates during the action, after a run that warms it up. What each run needs shows in every one; what a collection
    /// has taken away meanwhile (buffers of pools) is allocated once more: the least of a few runs counts.
    /// </summary>
    public static long During(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var i = 0; i < Attempts && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
