using System.Diagnostics;

namespace Cluster.Storage.Log;

/// <summary>One writer thread: waits for participants, then runs their round. It allocates nothing per round.</summary>
internal sealed class WriterLane : IStorageLane, IDisposable
{
    private readonly object _gate = new();
    private readonly PriorityQueue<IStorageParticipant, long> _later = new();
    private readonly Thread _thread;
    private List<IStorageParticipant> _waiting = [];
    private List<IStorageParticipant> _running = [];
    private bool _stopping;

    public WriterLane(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public void Schedule(IStorageParticipant participant)
    {
        lock (_gate)
        {
            if (_waiting.Contains(participant))
                return;
            _waiting.Add(participant);
            if (_waiting.Count == 1)
                Monitor.Pulse(_gate);
        }
    }

    public void ScheduleAfter(IStorageParticipant participant, TimeSpan delay)
    {
        lock (_gate)
        {
            _later.Enqueue(participant, Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency));
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        if (Thread.CurrentThread != _thread)
            _thread.Join();
    }

    private void Run()
    {
        while (Next())
        {
            foreach (var participant in _running)
                participant.WriteStep();
            foreach (var participant in _running)
                participant.SyncStep();
            _running.Clear();
        }
    }

    /// <summary>Waits for the next round. False at the end.</summary>
    private bool Next()
    {
        lock (_gate)
        {
            while (true)
            {
                var now = Stopwatch.GetTimestamp();
                while (_later.TryPeek(out var due, out var at) && at <= now)
                {
                    _later.Dequeue();
                    if (!_waiting.Contains(due))
                        _waiting.Add(due);
                }

                if (_waiting.Count > 0)
                    break;
                if (_stopping)
                    return false;
                if (_later.TryPeek(out _, out var next))
                    Monitor.Wait(_gate, (int)Math.Clamp(((next - now) * 1000 / Stopwatch.Frequency) + 1, 1, 60_000));
                else
                    Monitor.Wait(_gate);
            }

            (_waiting, _running) = (_running, _waiting);
            return true;
        }
    }
}
