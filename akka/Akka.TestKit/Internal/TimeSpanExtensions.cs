using System;
using System.Threading;

namespace Akka.TestKit.Internal;

/// <summary>What a wait can be.</summary>
public static class TimeSpanExtensions
{
    /// <summary>True if it was not given.</summary>
    public static bool IsUndefined(this TimeSpan? timeSpan) => !timeSpan.HasValue;

    /// <summary>True for no time.</summary>
    public static bool IsZero(this TimeSpan timeSpan) => timeSpan == TimeSpan.Zero;

    /// <summary>True for some time that ends.</summary>
    public static bool IsPositiveFinite(this TimeSpan timeSpan) => timeSpan > TimeSpan.Zero && timeSpan != TimeSpan.MaxValue;

    /// <summary>True for <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</summary>
    public static bool IsInfinite(this TimeSpan timeSpan) => timeSpan == Timeout.InfiniteTimeSpan || timeSpan == TimeSpan.MaxValue;

    /// <summary>True for <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</summary>
    public static bool IsInfinite(this TimeSpan? timeSpan) => timeSpan.HasValue && timeSpan.Value.IsInfinite();

    /// <summary>Throws unless it is some time that ends.</summary>
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
