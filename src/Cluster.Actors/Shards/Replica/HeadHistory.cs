namespace Cluster.Actors.Shards;

/// <summary>
/// When a leader's log ended where: tells how old the oldest record is that a replica lacks. Bounded: the older half is thinned out when it is full,
/// so that a long lag is known coarsely and a short one finely. No clock inside.
/// </summary>
internal sealed class HeadHistory
{
    private const int Entries = 64;

    private readonly (long Lsn, long At)[] _heads = new (long, long)[Entries];
    private int _count;

    public void Clear() => _count = 0;

    public void Note(long head, long now)
    {
        // Only where the log begins to be longer than before is of interest; of an unchanged head the newest time.
        if (_count > 0 && _heads[_count - 1].Lsn == head)
        {
            _heads[_count - 1].At = now;
            return;
        }

        if (_count == Entries) Thin();
        _heads[_count++] = (head, now);
    }

    /// <summary>For how long there has been a record behind <paramref name="applied"/>, µs; 0: there is none. Never less than it really is by more than the interval of notes.</summary>
    public long LagMicros(long applied, long now)
    {
        if (_count == 0 || applied >= _heads[_count - 1].Lsn) return 0;
        for (int i = _count - 1; i >= 0; i--)
            if (_heads[i].Lsn <= applied) return Math.Max(0, now - _heads[i].At);
        return Math.Max(0, now - _heads[0].At);
    }

    private void Thin()
    {
        int kept = 0;
        for (int i = 0; i < Entries; i++)
            if (i % 2 == 0 || i >= Entries / 2) _heads[kept++] = _heads[i];
        _count = kept;
    }
}
