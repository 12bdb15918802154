namespace Cluster.Actors.Shards;

/// <summary>
/// The one timer of all shards of a node. A shard says when it wants its next tick; at every interval those that are due are told,
/// and only if their last tick has been taken. An idle shard costs one comparison per interval.
/// </summary>
public sealed class ShardTicker : IDisposable
{
    private const long LateMicros = 50_000;

    private readonly MonotonicClock _clock;
    private readonly ITimer _timer;
    private readonly Lock _changes = new();
    private Entry[] _entries = [];

    public ShardTicker(TimeProvider time, TimeSpan interval)
    {
        _clock = new MonotonicClock(time);
        _timer = time.CreateTimer(static ticker => ((ShardTicker)ticker!).TickAll(), this, interval, interval);
    }

    /// <summary><paramref name="tick"/> is called on the timer's thread and only passes a message on.</summary>
    public Entry Add(Action tick)
    {
        var entry = new Entry(tick);
        lock (_changes) _entries = [.. _entries, entry];
        return entry;
    }

    public void Remove(Entry entry)
    {
        lock (_changes) _entries = [.. _entries.Where(e => e != entry)];
    }

    public void Dispose() => _timer.Dispose();

    private void TickAll()
    {
        long now = _clock.Now;
        foreach (var entry in Volatile.Read(ref _entries)) entry.TickIfDue(now);
    }

    public sealed class Entry(Action tick)
    {
        private long _dueAt;
        private int _told;
        private long _toldAt;

        /// <summary>The shard was told long ago: it has been busy, or nobody ran it.</summary>
        public bool IsLate(long now) => now - Volatile.Read(ref _toldAt) > LateMicros;

        /// <summary>Monotonic µs; 0 at first, so that the first tick comes at once.</summary>
        public long DueAt { set => Volatile.Write(ref _dueAt, value); }

        /// <summary>The shard has taken its tick; the next may come.</summary>
        public void Taken() => Volatile.Write(ref _told, 0);

        internal void TickIfDue(long now)
        {
            if (Volatile.Read(ref _dueAt) > now || Interlocked.Exchange(ref _told, 1) != 0) return;
            Volatile.Write(ref _toldAt, now);
            tick();
        }
    }
}
