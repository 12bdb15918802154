using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>How a leader proves to a read that it still leads (R7).</summary>
public enum ReadMode : byte
{
    /// <summary>By a round to a majority that starts after the read's evaluation. Rests on no clock.</summary>
    Quorum = 0,

    /// <summary>
    /// By the voters' promise not to elect anybody within the minimum election timeout after they heard this leader; by a round where the
    /// promise has run out. Rests on clocks that run through suspend and drift by no more than the bound.
    /// </summary>
    Lease = 1,
}

// Lease reads (R7).
//
// Invariant L1: while LeaseHolds(now) is true no other replica can have been elected in a higher term at `now`. Why: each voter of the counted
// majority returned a stamp, so it heard this leader not before the stamp was given out, and from then on gives no vote for the
// minimum election timeout of its own clock (stickiness, also after a restart); our clock measures a shorter time from the earlier
// moment of sending. Every majority that could elect another contains one of them, or this leader, which votes for nobody while it leads.
// The two ways around stickiness end the lease: a vote marked as a transfer exists only after TimeoutNow left here, and after that
// there is no lease in this term; a leader that is no voter of its newest configuration has none, because the last other voter of
// such a configuration elects itself without asking anybody.
// Nothing of it is durable: a crash ends the leadership and with it the lease.
public sealed partial class ReplicaCore
{
    /// <summary>How far stamps ran ahead of the clock, at most: they are made unique by adding 1. The lease counts from the real time.</summary>
    private long _stampLead;

    /// <summary>Until when the lease holds at the moment; MinValue: there is none.</summary>
    private long LeaseUntil()
    {
        if (_settings.Reads != ReadMode.Lease || !IsLeading || _commit < _noOp || !Configuration.IsVoter(_self, _incarnation))
            return long.MinValue;
        if (_timeoutNowSent && _settings.Planted != PlantedBug.LeaseKeptAfterTimeoutNow)
            return long.MinValue;
        long from = _settings.Planted == PlantedBug.LeaseFromReceiveTime
            ? MajorityOf(static member => member.EchoReceivedAt, long.MaxValue)
            : MajorityOf(static member => member.Echo, long.MaxValue);
        return from == long.MaxValue ? from : from == 0 ? long.MinValue : from - _stampLead + _settings.LeaseMicros;
    }

    /// <summary>L1.</summary>
    private bool LeaseHolds(long now) => now < LeaseUntil();
}
