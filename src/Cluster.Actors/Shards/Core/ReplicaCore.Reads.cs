using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// Reads (R7), by a quorum round or by the lease (ReplicaCore.Lease.cs). A ticket is a send stamp: any message stamped later was sent after the request, and whoever returns
// that stamp was still in our term then. A majority of such voters proves that until the request nobody else had been elected.
public sealed partial class ReplicaCore
{
    /// <summary>Highest ticket given out in this term.</summary>
    private long _readRequested;

    /// <summary>All tickets up to this are confirmed.</summary>
    private long _readConfirmed;

    /// <summary>No ticket below this waits.</summary>
    private long _readOldest;

    /// <summary>
    /// Asks for proof that this replica still leads (R7): by the lease if it holds, else by a round that starts now.
    /// <paramref name="now"/> has to be read from the clock after the evaluation of what the ticket is for: a pause between the two
    /// must not let an old reading of the clock prove a lease. The ticket is confirmed by a ReadsConfirmed with
    /// the same or a higher number, which may be queued already; a RoleChanged away from leader voids it. 0: this replica does not lead.
    /// Tickets grow; one serves any number of reads that have been evaluated before it was taken.
    /// </summary>
    public long RequestRead(long now)
    {
        if (!IsLeading)
            return 0;
        bool waiting = _readRequested > _readConfirmed;
        _readRequested = NextStamp(now);
        if (!waiting)
            _readOldest = _readRequested;
        ConfirmReads(now);
        if (_readRequested > _readConfirmed)
        {
            foreach (MemberProgress member in _members)
                TryAnswer(member, now);
        }

        Finish();
        return _readRequested;
    }

    /// <summary>A read waits and this voter has not yet returned a stamp that would count for it.</summary>
    private bool ReadsWaitFor(MemberProgress member) =>
        member.IsVoter && _readRequested > _readConfirmed && member.Echo <= _readRequested;

    private void ConfirmReads(long now)
    {
        // R3, I8: before the no-op is committed this leader may not know what its predecessors have committed.
        if (_readRequested <= _readConfirmed || _noOp.IsNone || _commit < _noOp)
            return;
        long confirmed = LeaseHolds(now)
            ? _readRequested
            : Math.Min(MajorityOf(static member => member.Echo, long.MaxValue) - 1, _readRequested);
        if (confirmed < _readOldest)
            return;
        _readConfirmed = confirmed;
        _readOldest = confirmed + 1;
        _effects.Add(EffectKind.ReadsConfirmed).Ticket = confirmed;
    }

    private void ForgetReads()
    {
        _readRequested = 0;
        _readConfirmed = 0;
        _readOldest = 0;
    }
}
