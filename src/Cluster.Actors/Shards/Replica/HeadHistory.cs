namespace Cluster.Actors.Shards;

/// <summary>
/// When this replica's log ended where: tells a leader how old the oldest record is that another lacks. Followers note it too, so that a lag
/// goes on through a change of leader. Bounded: the older half is thinned out when it is full, so that a long lag is known coarsely and a short one finely.
/// No clock inside.
/// </summary>
internal sealed class HeadHistory
{
    private const int Entries = 64;

    // Ascending in both. At: when the log was last seen to end there.
    private readonly (long Lsn, long At)[] _heads = new (long, long)[Entries];
    private int _count;

    // When the oldest entry was first seen: from then on at least a replica lacked something that lacks even that one.
    private long _since;

    public void Note(long head, long now)
    {
        // What was cut is nobody's lack any more.
        while (_count > 0 && _heads[_count - 1].Lsn > head) _count--;
        if (_count == 0) _since = now;
        // Only where the log begins to be longer than before is of interest; of an unchanged head the newest time.
        if (_count > 0 && _heads[_count - 1].Lsn == head)
        {
            _heads[_count - 1].At = now;
            return;
        }

        if (_count == Entries) Thin();
        _heads[_count++] = (head, now);
    }

    /// <summary>Nothing was appended while nobody noted it: the newest head was one until now.</summary>
    public void Resume(long now)
    {
        if (_count > 0) _heads[_count - 1].At = now;
    }

    /// <summary>For how long there has been a record behind <paramref name="applied"/>, µs, as far back as notes go; 0: there is none. Never less than that by more than the interval of notes.</summary>
    public long LagMicros(long applied, long now)
    {
        if (_count == 0 || applied >= _heads[_count - 1].Lsn) return 0;
        for (int i = _count - 1; i >= 0; i--)
            if (_heads[i].Lsn <= applied) return Math.Max(0, now - _heads[i].At);
        return Math.Max(0, now - _since);
    }

    private void Thin()
    {
        int kept = 0;
        for (int i = 0; i < Entries; i++)
            if (i % 2 == 0 || i >= Entries / 2) _heads[kept++] = _heads[i];
        _count = kept;
    }
}
