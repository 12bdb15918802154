namespace Cluster.Simulation.World;

/// <summary>Virtual time: events in order of their time, and of their planning where times are equal.</summary>
public sealed class EventLoop
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private long _order;

    public long Now { get; private set; }

    public long Executed { get; private set; }

    public void After(long delay, Action action) =>
        _events.Enqueue(action, (Now + Math.Max(0, delay), _order++));

    public bool RunNext(long until)
    {
        if (!_events.TryPeek(out _, out (long Time, long Order) next) || next.Time > until)
        {
            Now = Math.Max(Now, until);
            return false;
        }

        Action action = _events.Dequeue();
        Now = next.Time;
        Executed++;
        action();
        return true;
    }
}
