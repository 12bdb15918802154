namespace Cluster.Simulation.World;

/// <summary>Something that happens at a moment of virtual time.</summary>
public abstract class SimulationEvent
{
    public abstract void Run();
}

/// <summary>
/// Virtual time: events in order of their time, and of their planning where times are equal. A heap of four children per node: most
/// of a run's time outside of the cores would else be spent in comparisons.
/// </summary>
public sealed class EventLoop
{
    private struct Entry
    {
        public long Time;
        public long Order;
        public SimulationEvent Event;

        public readonly bool IsBefore(in Entry other) => Time < other.Time || (Time == other.Time && Order < other.Order);
    }

    private sealed class Callback(Action action) : SimulationEvent
    {
        public override void Run() => action();
    }

    private const long EventsMax = 5_000_000;

    private Entry[] _heap = new Entry[1024];
    private int _count;
    private long _order;

    public long Now { get; private set; }

    public long Executed { get; private set; }

    public void After(long delay, SimulationEvent what)
    {
        if (_count == _heap.Length)
            Array.Resize(ref _heap, _count * 2);
        var entry = new Entry { Time = Now + Math.Max(0, delay), Order = _order++, Event = what };
        int at = _count++;
        while (at > 0)
        {
            int parent = (at - 1) >> 2;
            if (!entry.IsBefore(_heap[parent]))
                break;
            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = entry;
    }

    /// <summary>For what happens seldom.</summary>
    public void After(long delay, Action action) => After(delay, new Callback(action));

    public bool RunNext(long until)
    {
        if (Executed > EventsMax)
            throw new InvalidOperationException($"more than {EventsMax} events: something goes round in circles");
        if (_count == 0 || _heap[0].Time > until)
        {
            Now = Math.Max(Now, until);
            return false;
        }

        Entry first = _heap[0];
        RemoveFirst();
        Now = first.Time;
        Executed++;
        first.Event.Run();
        return true;
    }

    private void RemoveFirst()
    {
        Entry moved = _heap[--_count];
        _heap[_count] = default;
        int at = 0;
        while (true)
        {
            int child = (at << 2) + 1;
            if (child >= _count)
                break;
            int end = Math.Min(child + 4, _count);
            int least = child;
            for (int i = child + 1; i < end; i++)
            {
                if (_heap[i].IsBefore(_heap[least]))
                    least = i;
            }

            if (!_heap[least].IsBefore(moved))
                break;
            _heap[at] = _heap[least];
            at = least;
        }

        if (_count > 0)
            _heap[at] = moved;
    }
}
