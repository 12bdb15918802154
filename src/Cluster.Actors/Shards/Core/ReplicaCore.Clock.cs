namespace Cluster.Actors.Shards.Core;

// The own node's wall clock is wrong by its peers' word (DESIGN section 10): it should lead nothing.
//
// Invariant W1: no promise rests on the wall clock, leases count on the monotonic one; so this decides who leads, never what is safe. A
// leader goes on until another has taken over, or a shard whose other voters cannot lead would be without any. It appends by
// the hybrid clock, which its owner corrects meanwhile.
// Nothing of it is durable: a restarted node is told anew.
public sealed partial class ReplicaCore
{
    /// <summary>A hand-over that came to nothing is tried again after so many election timeouts: writes wait while one runs.</summary>
    private const int ClockRetryTimeouts = 10;

    /// <summary>A replica whose clock is wrong campaigns so much later, in election timeouts: the others go first.</summary>
    private const int ClockCampaignTimeouts = 3;

    private bool _clockIsWrong;
    private long _clockHandOverAt = long.MinValue;

    /// <summary>What the peers say of the wall clock of this node; to be repeated with every tick.</summary>
    public void ClockJudged(bool wrong, long now)
    {
        if (_stopped)
            return;
        if (!wrong || _clockIsWrong != wrong)
            _clockHandOverAt = long.MinValue;
        _clockIsWrong = wrong;
        if (!wrong || !IsLeading || _transfer is not null || now < _clockHandOverAt)
            return;
        Unpark(now);
        if (BestTarget(now) is not { } best)
            return;
        _clockHandOverAt = now + _settings.TransferMicros + ClockRetryTimeouts * _settings.ElectionTimeoutMicros;
        _transfer = new Transfer(best.Member.Node, TransferReason.ClockWrong, now, _settings.TransferMicros);
        AdvanceTransfer(now);
        Finish();
    }
}
