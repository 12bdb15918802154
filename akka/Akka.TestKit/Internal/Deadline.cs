using System;
using System.Diagnostics;
using System.Threading;

namespace Akka.TestKit.Internal;

/// <summary>A point in real time, or never.</summary>
internal readonly struct Deadline
{
    // Timers and waits take no more than this.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(20);

    private readonly long _start;
    private readonly TimeSpan _duration;

    private Deadline(TimeSpan duration)
    {
        _start = Stopwatch.GetTimestamp();
        _duration = duration;
    }

    public static Deadline After(TimeSpan duration) => new(duration);

    /// <summary>Never negative; at most 20 days, also if there is no deadline.</summary>
    public TimeSpan Left
    {
        get
        {
            if (_duration == Timeout.InfiniteTimeSpan)
            {
                return LongestWait;
            }

            var left = _duration - Stopwatch.GetElapsedTime(_start);
            return left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestWait ? left : LongestWait;
        }
    }
}
