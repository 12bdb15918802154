using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>What a node may do with its wall clock (DESIGN section 10).</summary>
public enum ClockVerdict : byte
{
    /// <summary>Within the permitted skew of the peers' median, or fewer than two peers are heard: nothing can be said against it.</summary>
    Trusted = 0,

    /// <summary>Off from the median, but the peers do not agree among themselves: alarm, keep leading.</summary>
    Doubtful = 1,

    /// <summary>Off from a median on which the peers agree: alarm, give up leadership, follow no local jump.</summary>
    Wrong = 2,
}

/// <summary>
/// How far the own wall clock is from those of the peers. Fed by every peer message with both clocks; the offset of a peer is the newest one
/// heard within <see cref="FreshMicros"/>. Pure, one per node.
///
/// Invariants:
/// K1. One peer alone, however far off, never makes the own clock Wrong, and its values are not followed beyond the limit.
/// K2. A remote hybrid value is followed only if it is within the limit of the own wall clock, or, where the own clock is Wrong, of the median.
/// K3. The limit of both: two wrong peers that agree outvote a right clock where nobody else is heard. Of three clocks nobody can say that the
///     two that agree are the wrong ones; they move time and leadership then, never what is acknowledged.
/// K4. What a peer said holds through a step of the own wall clock: it is kept against the steady one, or an old word of one wrong peer could agree with
///     a new one of another.
/// </summary>
public sealed class PeerClocks
{
    public const long FreshMicros = 10_000_000;

    private readonly long _skewMax;
    private readonly PlantedBug _planted;
    private readonly Dictionary<Guid, (long Offset, long At)> _offsets = []; // of their wall clocks from our steady one

    // Of our own wall clock from our steady one, when a peer was heard last.
    private long _own;

    public PeerClocks(long skewMaxMicros)
        : this(skewMaxMicros, PlantedBug.None)
    {
    }

    internal PeerClocks(long skewMaxMicros, PlantedBug planted)
    {
        Invariant.Check(skewMaxMicros > 0, "some skew is always there");
        _skewMax = skewMaxMicros;
        _planted = planted;
    }

    /// <summary>A peer's clock read <paramref name="theirs"/> when ours read <paramref name="ours"/>, both wall clocks in µs; the way of the message is part of the error.</summary>
    public void Heard(Guid peer, long theirs, long ours, long now)
    {
        _own = ours - now;
        _offsets[peer] = (theirs - now, now);
    }

    public void Forget(Guid peer) => _offsets.Remove(peer);

    /// <summary>The own clock leapt, or the machine slept: whoever is to be believed is heard again first.</summary>
    public void ForgetAll() => _offsets.Clear();

    /// <summary>Median of the peers' offsets from the own clock, and whether all fresh ones lie within the limit of it. Peers: how many are fresh.</summary>
    public (long Median, bool Agree, int Peers) Offsets(long now)
    {
        Span<long> fresh = stackalloc long[64];
        int count = 0;
        foreach ((long offset, long at) in _offsets.Values)
        {
            if (now - at <= FreshMicros && count < fresh.Length)
                fresh[count++] = offset - _own;
        }

        if (count == 0)
            return (0, false, 0);
        fresh = fresh[..count];
        fresh.Sort();
        // Of an even number the one nearer to the own clock: a single wrong peer of two does not decide.
        long median = count % 2 == 1 || Math.Abs(fresh[count / 2]) < Math.Abs(fresh[(count / 2) - 1]) ? fresh[count / 2] : fresh[(count / 2) - 1];
        bool agree = fresh[^1] - median <= _skewMax && median - fresh[0] <= _skewMax;
        return (median, agree, count);
    }

    public ClockVerdict Judge(long now)
    {
        (long median, bool agree, int peers) = Offsets(now);
        if (peers < 2 || Math.Abs(median) <= _skewMax)
            return ClockVerdict.Trusted;
        return agree ? ClockVerdict.Wrong : ClockVerdict.Doubtful;
    }

    /// <summary>K2: whether the hybrid clock may take up a peer's value.</summary>
    public bool MayFollow(long remote, long ours, long now)
    {
        if (_planted == PlantedBug.ClockFollowsOnePeer)
            return true;
        long reference = Judge(now) == ClockVerdict.Wrong ? ours + Offsets(now).Median : ours;
        return remote - reference <= _skewMax;
    }
}
