using System;
using System.Threading;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Tells the time.</summary>
public interface ITimeProvider
{
    /// <summary>The time of day, in UTC.</summary>
    DateTimeOffset Now { get; }

    /// <summary>A clock that never goes back; only differences mean something.</summary>
    TimeSpan MonotonicClock { get; }

    /// <summary>A clock that never goes back; only differences mean something.</summary>
    TimeSpan HighResMonotonicClock { get; }
}

/// <summary>Tells the time.</summary>
public interface IDateTimeOffsetNowTimeProvider : ITimeProvider
{
}

/// <summary>Tells the time of the machine.</summary>
public class DateTimeOffsetNowTimeProvider : IDateTimeOffsetNowTimeProvider
{
    private DateTimeOffsetNowTimeProvider()
    {
    }

    /// <summary>The only one.</summary>
    public static DateTimeOffsetNowTimeProvider Instance { get; } = new();

    /// <inheritdoc/>
    public DateTimeOffset Now => DateTimeOffset.UtcNow;

    /// <inheritdoc/>
    public TimeSpan MonotonicClock => TimeSpan.FromMilliseconds(Environment.TickCount64);

    /// <inheritdoc/>
    public TimeSpan HighResMonotonicClock => System.Diagnostics.Stopwatch.GetElapsedTime(0);
}

/// <summary>Sends messages later.</summary>
public interface ITellScheduler
{
    /// <summary>Sends the message once.</summary>
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender);

    /// <summary>Sends the message once.</summary>
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable);

    /// <summary>Sends the message again and again.</summary>
    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender);

    /// <summary>Sends the message again and again.</summary>
    void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable);
}

/// <summary>Runs something later, on the scheduler's thread: it has to be short.</summary>
public interface IRunnableScheduler
{
    /// <summary>Runs it once.</summary>
    void ScheduleOnce(TimeSpan delay, IRunnable action);

    /// <summary>Runs it once.</summary>
    void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable);

    /// <summary>Runs it again and again.</summary>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action);

    /// <summary>Runs it again and again.</summary>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable);
}

/// <summary>Runs something later, on the scheduler's thread: it has to be short.</summary>
public interface IActionScheduler : IRunnableScheduler
{
    /// <summary>Runs it once.</summary>
    void ScheduleOnce(TimeSpan delay, Action action);

    /// <summary>Runs it once.</summary>
    void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable);

    /// <summary>Runs it again and again.</summary>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action);

    /// <summary>Runs it again and again.</summary>
    void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable);
}

/// <summary>For actions, which run on the timer's thread and so have to be short.</summary>
public interface IAdvancedScheduler : IActionScheduler
{
}

/// <summary>Does something later.</summary>
public interface IScheduler : ITellScheduler, ITimeProvider
{
    /// <summary>Runs actions, not only messages.</summary>
    IAdvancedScheduler Advanced { get; }
}

/// <summary>Can be ended.</summary>
public interface ICancelable
{
    /// <summary>True once it is.</summary>
    bool IsCancellationRequested { get; }

    /// <summary>Cancelled with it.</summary>
    CancellationToken Token { get; }

    /// <summary>Ends it.</summary>
    void Cancel();

    /// <summary>Ends it.</summary>
    void Cancel(bool throwOnFirstException);

    /// <summary>Ends it after that time.</summary>
    void CancelAfter(TimeSpan delay);

    /// <summary>Ends it after that time.</summary>
    void CancelAfter(int millisecondsDelay);
}
