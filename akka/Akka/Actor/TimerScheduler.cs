using System;
using System.Collections.Generic;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The envelope of a timer's message on its way through the mailbox; it names the start it belongs to.</summary>
internal sealed class TimerTick : IAutoReceivedMessage, INoSerializationVerificationNeeded, IWrappedMessage
{
    public TimerTick(TimerScheduler owner, object key, object message, bool repeats)
    {
        Owner = owner;
        Key = key;
        Message = message;
        Repeats = repeats;
    }

    public TimerScheduler Owner { get; }

    public object Key { get; }

    public object Message { get; }

    public bool Repeats { get; }

    public override string ToString() => "Timer(" + Key + "): " + Message;
}

/// <summary>
/// The timers of one incarnation. A tick that was already in the mailbox when its timer was cancelled or replaced is recognized
/// by its identity and discarded.
/// </summary>
internal sealed class TimerScheduler : ITimerScheduler
{
    private readonly ActorCell _cell;
    private readonly Dictionary<object, (TimerTick Tick, ICancelable Task)> _timers = new();

    public TimerScheduler(ActorCell cell)
    {
        _cell = cell;
    }

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => StartSingleTimer(key, msg, timeout, _cell.Self);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender)
    {
        TimerTick tick = new(this, key, msg, repeats: false);
        Replace(key, tick, _cell.System.Scheduler.ScheduleTellOnceCancelable(timeout, _cell.Self, tick, sender));
    }

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        StartPeriodicTimer(key, msg, interval, interval, _cell.Self);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) =>
        StartPeriodicTimer(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        StartPeriodicTimer(key, msg, initialDelay, interval, _cell.Self);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender)
    {
        TimerTick tick = new(this, key, msg, repeats: true);
        Replace(key, tick, _cell.System.Scheduler.ScheduleTellRepeatedlyCancelable(initialDelay, interval, _cell.Self, tick, sender));
    }

    public void Cancel(object key)
    {
        if (!_timers.Remove(key, out (TimerTick Tick, ICancelable Task) timer)) return;
        timer.Task.Cancel();
        Log("Cancel timer", key);
    }

    public void CancelAll()
    {
        if (_timers.Count == 0) return;
        foreach ((TimerTick _, ICancelable task) in _timers.Values) task.Cancel();
        Log("Cancel all timers", null);
        _timers.Clear();
    }

    internal bool Accepts(TimerTick tick)
    {
        if (tick.Owner != this || !_timers.TryGetValue(tick.Key, out (TimerTick Tick, ICancelable Task) timer) || timer.Tick != tick)
            return false;
        if (!tick.Repeats) _timers.Remove(tick.Key);
        return true;
    }

    private void Replace(object key, TimerTick tick, ICancelable task)
    {
        Cancel(key);
        _timers[key] = (tick, task);
        Log("Start timer", key);
    }

    private void Log(string what, object key)
    {
        if (!_cell.SystemImpl.Settings.DebugTimerScheduler) return;
        _cell.System.EventStream.Publish(new Debug(_cell.Self.Path.ToString(), typeof(TimerScheduler), key is null ? what : what + " [" + key + "]"));
    }
}
