using System;
using System.Threading;

namespace Akka.TestKit.Internal;

public static class TimeSpanExtensions
{
    public static bool IsUndefined(this TimeSpan? timeSpan) => !timeSpan.HasValue;

    public static bool IsZero(this TimeSpan timeSpan) => timeSpan == TimeSpan.Zero;

    public static bool IsPositiveFinite(this TimeSpan timeSpan) => timeSpan > TimeSpan.Zero && timeSpan != TimeSpan.MaxValue;

    public static bool IsInfinite(this TimeSpan timeSpan) => timeSpan == Timeout.InfiniteTimeSpan || timeSpan == TimeSpan.MaxValue;

    public static bool IsInfinite(this TimeSpan? timeSpan) => timeSpan.HasValue && timeSpan.Value.IsInfinite();

    public static void EnsureIsPositiveFinite(this TimeSpan timeSpan, string parameterName)
    {
        if (!timeSpan.IsPositiveFinite())
        {
            throw new ArgumentException($"The time {timeSpan} must be greater than zero and finite.", parameterName);
        }
    }

    /// <summary>The smaller one; null and infinite are larger than anything.</summary>
    public static TimeSpan Min(this TimeSpan a, TimeSpan? b) =>
        !b.HasValue || b.IsInfinite() ? a : a.IsInfinite() || b.Value < a ? b.Value : a;
}
