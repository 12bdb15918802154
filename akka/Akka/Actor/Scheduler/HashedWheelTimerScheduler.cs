using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Timers in a wheel of ticks, run by one thread. Scheduling and cancelling only put a note into a queue that this thread reads;
/// the wheel itself is its alone. The thread sleeps until the next tick that has anything due: an idle system costs nothing.
/// Nothing runs before its time; it may run up to a tick late.
/// </summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    // Entries that are scheduled and cancelled again far ahead of their time must not pile up while the thread sleeps.
    private const int NotesPerWake = 1024;

    private static readonly TimeSpan MinTick = TimeSpan.FromMilliseconds(1);

    private readonly ConcurrentQueue<TimerEntry> _arrivals = new();
    private readonly ConcurrentQueue<TimerEntry> _cancellations = new();
    private readonly ManualResetEventSlim _wake = new(false);
    private readonly TimerWheel _wheel;
    private readonly long _tick;
    private readonly TimeSpan _shutdownTimeout;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly object _startLock = new();
    private Thread _worker;
    private volatile bool _stopped;

    // The tick until which the thread sleeps; whoever schedules for earlier wakes it.
    private long _sleepsUntil;
    private int _added;

    /// <summary>Made by the system.</summary>
    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log) : base(scheduler, log)
    {
        TimeSpan tick = scheduler.GetTimeSpan("akka.scheduler.tick-duration", TimeSpan.FromMilliseconds(10));
        int wheelSize = scheduler.GetInt("akka.scheduler.ticks-per-wheel", 512);
        if (tick < MinTick) throw new ArgumentOutOfRangeException(nameof(scheduler), "minimum supported akka.scheduler.tick-duration is 1ms");
        if (wheelSize <= 0 || (wheelSize & (wheelSize - 1)) != 0)
            throw new ArgumentOutOfRangeException(nameof(scheduler), "akka.scheduler.ticks-per-wheel must be a power of 2");
        _shutdownTimeout = scheduler.GetTimeSpan("akka.scheduler.shutdown-timeout", TimeSpan.FromSeconds(5));
        _tick = (long)(tick.TotalSeconds * Stopwatch.Frequency);
        _wheel = new TimerWheel(wheelSize);
    }

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => DateTimeOffsetNowTimeProvider.Instance.MonotonicClock;

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => DateTimeOffsetNowTimeProvider.Instance.HighResMonotonicClock;

    /// <summary>The wall clock.</summary>
    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    internal bool IsStopped => _stopped;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_startLock)
        {
            if (_stopped) return;
            _stopped = true;
        }

        _wake.Set();
        Thread worker = _worker;
        if (worker is not null && worker != Thread.CurrentThread && !worker.Join(_shutdownTimeout))
            Log.Warning("Failed to shut the scheduler down within {0}", _shutdownTimeout);
    }

    /// <summary>Called with times that are valid.</summary>
    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(new TellEntry(this, receiver, message, sender), delay, TimeSpan.Zero, cancelable);

    /// <summary>Called with times that are valid.</summary>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(new TellEntry(this, receiver, message, sender), initialDelay, interval, cancelable);

    /// <summary>Called with times that are valid.</summary>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(new RunnableEntry(this, new ActionRunnable(action)), delay, TimeSpan.Zero, cancelable);

    /// <summary>Called with times that are valid.</summary>
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(new RunnableEntry(this, action), delay, TimeSpan.Zero, cancelable);

    /// <summary>Called with times that are valid.</summary>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(new RunnableEntry(this, new ActionRunnable(action)), initialDelay, interval, cancelable);

    /// <summary>Called with times that are valid.</summary>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(new RunnableEntry(this, action), initialDelay, interval, cancelable);

    internal void Forget(TimerEntry entry) => _cancellations.Enqueue(entry);

    private void Add(TimerEntry entry, TimeSpan delay, TimeSpan interval, ICancelable cancelable)
    {
        if (cancelable is { IsCancellationRequested: true }) return;
        if (_worker is null) Start();
        if (_stopped) throw new SchedulerException("cannot enqueue after timer shutdown");
        entry.Cancelable = cancelable;
        entry.Deadline = TicksFor(Stopwatch.GetTimestamp() - _start + ToTimestamp(delay));
        entry.Interval = interval == TimeSpan.Zero ? 0 : Math.Max(1, TicksFor(ToTimestamp(interval)));
        _arrivals.Enqueue(entry);
        // Registered after the entry is in the queue, so that its removal is read after its arrival.
        if (cancelable is Cancelable known) known.OnCancelled(entry);
        // The count is a fence too: the entry has to be visible before the look at the sleeper.
        bool drain = (Interlocked.Increment(ref _added) & (NotesPerWake - 1)) == 0;
        if (drain || entry.Deadline < Volatile.Read(ref _sleepsUntil)) _wake.Set();
    }

    private void Start()
    {
        lock (_startLock)
        {
            if (_worker is not null || _stopped) return;
            Thread worker = new(Work) { IsBackground = true, Name = "akka-scheduler" };
            worker.Start();
            _worker = worker;
        }
    }

    private void Work()
    {
        long done = TicksFor(Stopwatch.GetTimestamp() - _start) - 1;
        while (!_stopped)
        {
            TakeNotes(done);
            long now = (Stopwatch.GetTimestamp() - _start) / _tick;
            while (done < now && !_stopped)
            {
                // An empty wheel has nothing to be gone through tick by tick.
                done = _wheel.IsEmpty ? now : done + 1;
                Run(done);
            }

            long next = _wheel.NextOccupied(done);
            Volatile.Write(ref _sleepsUntil, next);
            Interlocked.MemoryBarrier();
            if (_arrivals.IsEmpty) Sleep(next);
            Volatile.Write(ref _sleepsUntil, 0);
            _wake.Reset();
        }
    }

    private void Sleep(long untilTick)
    {
        if (untilTick == long.MaxValue)
        {
            _wake.Wait();
            return;
        }

        long left = untilTick * _tick - (Stopwatch.GetTimestamp() - _start);
        if (left <= 0) return;
        // Rounded up: waking too early would only mean going to sleep again.
        long milliseconds = (left * 1000 + Stopwatch.Frequency - 1) / Stopwatch.Frequency;
        _wake.Wait((int)Math.Min(milliseconds, int.MaxValue));
    }

    private void TakeNotes(long done)
    {
        while (_arrivals.TryDequeue(out TimerEntry entry))
        {
            if (entry.IsCancelled) continue;
            if (entry.Deadline <= done) entry.Deadline = done + 1;
            _wheel.Add(entry);
        }

        while (_cancellations.TryDequeue(out TimerEntry entry)) _wheel.Remove(entry);
    }

    private void Run(long tick)
    {
        TimerEntry entry = _wheel.TakeDue(tick);
        while (entry is not null)
        {
            TimerEntry next = entry.Next;
            entry.Next = null;
            if (!entry.IsCancelled)
            {
                try
                {
                    entry.Run();
                }
                catch (Exception e)
                {
                    Log.Error(e, "Failed to execute a scheduled action");
                }

                if (entry.Interval > 0 && !entry.IsCancelled)
                {
                    // After a stall the missed rounds are skipped, not made up for.
                    entry.Deadline = Math.Max(entry.Deadline + entry.Interval, tick + 1);
                    _wheel.Add(entry);
                }
            }

            entry = next;
        }
    }

    private static long ToTimestamp(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    // Up to the next whole tick: not before its time.
    private long TicksFor(long timestamps) => (timestamps + _tick - 1) / _tick;
}
