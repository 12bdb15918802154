using System;
using System.Collections.Generic;
using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A scheduler whose time stands still until the test moves it. What has become due then runs on the thread that moves it, in the
/// order of due times (equal ones in the order of scheduling), each repetition once per move.
/// </summary>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly object _sync = new();
    private readonly PriorityQueue<Item, (DateTimeOffset Due, long Number)> _items = new();
    private DateTimeOffset _now = DateTimeOffset.UtcNow;
    private long _number;

    /// <summary>Made by the system, from <c>akka.scheduler</c>.</summary>
    public TestScheduler(Config schedulerConfig, ILoggingAdapter log)
    {
    }

    /// <summary>The time of the test.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_sync)
            {
                return _now;
            }
        }
    }

    /// <summary>Real time: it does not stand still.</summary>
    public TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);

    /// <inheritdoc/>
    public TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(0);

    /// <inheritdoc/>
    public IAdvancedScheduler Advanced => this;

    /// <summary>The time of the test.</summary>
    protected DateTimeOffset TimeNow => Now;

    /// <summary>Moves the time by that much, and runs what has become due.</summary>
    public void Advance(TimeSpan offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(offset, TimeSpan.Zero);
        foreach (var item in TakeDue(offset))
        {
            item.Run();
        }
    }

    /// <summary>Moves the time there, and runs what has become due.</summary>
    public void AdvanceTo(DateTimeOffset when) => Advance(when - Now);

    /// <inheritdoc/>
    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    /// <inheritdoc/>
    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    /// <inheritdoc/>
    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    /// <inheritdoc/>
    public void ScheduleOnce(TimeSpan delay, Action action) => Add(delay, null, action, null);

    /// <inheritdoc/>
    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => Add(delay, null, action, cancelable);

    /// <inheritdoc/>
    public void ScheduleOnce(TimeSpan delay, IRunnable action) => Add(delay, null, action.Run, null);

    /// <inheritdoc/>
    public void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) => Add(delay, null, action.Run, cancelable);

    /// <inheritdoc/>
    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) => Add(initialDelay, interval, action, null);

    /// <inheritdoc/>
    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    /// <inheritdoc/>
    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action) => Add(initialDelay, interval, action.Run, null);

    /// <inheritdoc/>
    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable cancelable)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        if (interval.HasValue)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval.Value, TimeSpan.Zero, nameof(interval));
        }

        lock (_sync)
        {
            Enqueue(new Item(action, interval, cancelable, _now + delay));
        }
    }

    private void Enqueue(Item item) => _items.Enqueue(item, (item.Due, _number++));

    /// <summary>Moves the time and takes what is due. A repetition that is late by several rounds gets one per move.</summary>
    private List<Item> TakeDue(TimeSpan offset)
    {
        var due = new List<Item>();
        lock (_sync)
        {
            _now += offset;
            while (_items.TryPeek(out var item, out _) && item.Due <= _now)
            {
                _items.Dequeue();
                due.Add(item);
            }

            foreach (var item in due)
            {
                if (item.Interval is { } interval && !item.IsCancelled)
                {
                    Enqueue(item with { Due = item.Due + interval });
                }
            }
        }

        return due;
    }

    private sealed record Item(Action Action, TimeSpan? Interval, ICancelable Cancelable, DateTimeOffset Due)
    {
        public bool IsCancelled => Cancelable is { IsCancellationRequested: true };

        public void Run()
        {
            if (!IsCancelled)
            {
                Action();
            }
        }
    }
}
