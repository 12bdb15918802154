using System.Diagnostics;

namespace Cluster.Storage.Log;

/// <summary>One writer thread: waits for participants, then runs their round. It allocates nothing per round.</summary>
/// <remarks>
/// Waking a sleeping thread costs a good part of what a sync costs. After a round the lane therefore looks for new work for a moment before it sleeps,
/// giving its core to whoever wants it, and only as long as that has paid lately: an idle or slow shard costs nothing.
/// </remarks>
internal sealed class WriterLane : IStorageLane, IDisposable
{
    private const int LuckMax = 8;

    /// <summary>Without luck one round in so many is tried again.</summary>
    private const int TryAgainRounds = 32;

    /// <summary>200 µs: the owner who waited for the sync has to be woken itself (about 70 µs) before it can bring the next records.</summary>
    private static readonly long LookTicks = Stopwatch.Frequency / 5_000;

    private readonly long _lookTicks;

    private readonly object _gate = new();
    private readonly PriorityQueue<IStorageParticipant, long> _later = new();
    private readonly Thread _thread;
    private List<IStorageParticipant> _waiting = [];
    private List<IStorageParticipant> _running = [];
    private bool _hasWork;
    private bool _stopping;
    private int _luck = LuckMax / 2;
    private int _rounds;

    /// <param name="looks">False: what comes can wait until the thread wakes.</param>
    public WriterLane(string name, bool looks = true)
    {
        _lookTicks = looks && Environment.ProcessorCount > 1 ? LookTicks : 0;
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
            Volatile.Write(ref _hasWork, true);
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
            LookForWork();
        }
    }

    private void LookForWork()
    {
        _rounds++;
        if (Volatile.Read(ref _hasWork) || _lookTicks == 0 || (_luck == 0 && _rounds % TryAgainRounds != 0))
            return;
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetTimestamp() - begun < _lookTicks)
        {
            if (Volatile.Read(ref _hasWork))
            {
                _luck = Math.Min(_luck + 1, LuckMax);
                return;
            }

            Thread.Yield();
        }

        _luck = Math.Max(_luck - 1, 0);
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
            Volatile.Write(ref _hasWork, false);
            return true;
        }
    }
}
