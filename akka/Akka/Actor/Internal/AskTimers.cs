using System.Threading;

namespace Akka.Actor.Internal;

/// <summary>
/// The timers of questions. Nearly every question is answered in time, and its timer is as good as new then: a few are kept.
/// </summary>
internal static class AskTimers
{
    private const int Kept = 32;

    private static readonly CancellationTokenSource[] Spares = new CancellationTokenSource[Kept];

    public static CancellationTokenSource Rent()
    {
        for (int i = 0; i < Spares.Length; i++)
        {
            if (Volatile.Read(ref Spares[i]) is null) continue;
            CancellationTokenSource spare = Interlocked.Exchange(ref Spares[i], null);
            if (spare is not null) return spare;
        }

        return new CancellationTokenSource();
    }

    /// <summary><paramref name="unused"/>: the only registration was removed before it ran, so nobody refers to the timer any more.</summary>
    public static void Return(CancellationTokenSource timer, bool unused)
    {
        if (unused && timer.TryReset())
        {
            for (int i = 0; i < Spares.Length; i++)
                if (Volatile.Read(ref Spares[i]) is null && Interlocked.CompareExchange(ref Spares[i], timer, null) is null) return;
        }

        timer.Dispose();
    }
}
