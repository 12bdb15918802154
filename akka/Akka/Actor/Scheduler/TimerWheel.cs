using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Something scheduled; a link in the list of its slot.</summary>
internal abstract class TimerEntry : ICancellationListener
{
    private readonly HashedWheelTimerScheduler _owner;

    protected TimerEntry(HashedWheelTimerScheduler owner)
    {
        _owner = owner;
    }

    /// <summary>In ticks since the scheduler's start.</summary>
    public long Deadline { get; set; }

    /// <summary>In ticks; 0 = once.</summary>
    public long Interval { get; set; }

    public ICancelable Cancelable { get; set; }

    public bool IsCancelled => Cancelable is { IsCancellationRequested: true };

    public TimerEntry Next { get; set; }

    public TimerEntry Previous { get; set; }

    public bool IsInWheel { get; set; }

    public void Cancelled() => _owner.Forget(this);

    public abstract void Run();
}

internal sealed class TellEntry : TimerEntry
{
    private readonly ICanTell _receiver;
    private readonly object _message;
    private readonly IActorRef _sender;

    public TellEntry(HashedWheelTimerScheduler owner, ICanTell receiver, object message, IActorRef sender) : base(owner)
    {
        _receiver = receiver;
        _message = message;
        _sender = sender;
    }

    public override void Run() => _receiver.Tell(_message, _sender);
}

internal sealed class RunnableEntry : TimerEntry
{
    private readonly IRunnable _action;

    public RunnableEntry(HashedWheelTimerScheduler owner, IRunnable action) : base(owner)
    {
        _action = action;
    }

    public override void Run() => _action.Run();
}

/// <summary>The slots; entry with deadline d lies in slot d mod size. Of the scheduler's thread alone.</summary>
internal sealed class TimerWheel
{
    private readonly TimerEntry[] _slots;
    private readonly int _mask;
    private int _count;

    public TimerWheel(int size)
    {
        _slots = new TimerEntry[size];
        _mask = size - 1;
    }

    public bool IsEmpty => _count == 0;

    public void Add(TimerEntry entry)
    {
        ref TimerEntry slot = ref _slots[entry.Deadline & _mask];
        entry.Next = slot;
        entry.Previous = null;
        if (slot is not null) slot.Previous = entry;
        slot = entry;
        entry.IsInWheel = true;
        _count++;
    }

    public void Remove(TimerEntry entry)
    {
        if (!entry.IsInWheel) return;
        if (entry.Previous is null) _slots[entry.Deadline & _mask] = entry.Next;
        else entry.Previous.Next = entry.Next;
        if (entry.Next is not null) entry.Next.Previous = entry.Previous;
        entry.Next = null;
        entry.Previous = null;
        entry.IsInWheel = false;
        _count--;
    }

    /// <summary>Takes what is due at this tick out, as a list by Next, in the order in which it was added.</summary>
    public TimerEntry TakeDue(long tick)
    {
        TimerEntry due = null;
        TimerEntry entry = _slots[tick & _mask];
        while (entry is not null)
        {
            TimerEntry next = entry.Next;
            if (entry.Deadline <= tick)
            {
                Remove(entry);
                entry.Next = due;
                due = entry;
            }

            entry = next;
        }

        return due;
    }

    /// <summary>The first tick after <paramref name="tick"/> whose slot holds anything (if only of a later round).</summary>
    public long NextOccupied(long tick)
    {
        if (_count == 0) return long.MaxValue;
        long next = tick + 1;
        while (_slots[next & _mask] is null) next++;
        return next;
    }
}
