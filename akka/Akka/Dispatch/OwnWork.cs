using System;
using System.Threading;

namespace Akka.Dispatch;

/// <summary>
/// Lets a thread that is about to become free run what it sets going itself, instead of waking another one for it: while open, the
/// pool's executor leaves a single work item here; with a second one both go to the pool, for then there is work for more than this
/// thread. Whoever opens it takes the item soon, and lets nobody wait for it meanwhile.
/// </summary>
internal static class OwnWork
{
    [ThreadStatic]
    private static bool _open;

    [ThreadStatic]
    private static IRunnable _kept;

    public static void Open() => _open = true;

    public static void Close() => _open = false;

    /// <summary>What was kept, or null.</summary>
    public static IRunnable Take()
    {
        IRunnable kept = _kept;
        _kept = null;
        return kept;
    }

    /// <summary>There is more than one thing to do: what was kept goes to the pool.</summary>
    public static void Release()
    {
        if (Take() is { } kept) ThreadPool.UnsafeQueueUserWorkItem(kept, preferLocal: false);
    }

    public static bool TryKeep(IRunnable run)
    {
        if (!_open) return false;
        _open = _kept is null;
        if (!_open)
        {
            Release();
            return false;
        }

        _kept = run;
        return true;
    }
}
