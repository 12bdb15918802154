using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Storage.Time;

namespace Cluster.Actors.Peers;

/// <summary>
/// The clocks of a node and what its peers' clocks say of them (DESIGN section 10). Every frame of every link is shown to it; the hybrid clock
/// follows what <see cref="PeerClocks"/> permits, and the shards of the node ask whether they may go on leading. Any thread; one per
/// process. Nothing survives a crash: a new process hears its peers within a heartbeat.
///
/// Invariants:
/// C1. A peer's hybrid value further ahead than the permitted skew moves nothing; it is counted.
/// C2. A leap of the own wall clock is followed only after a peer that was heard since has the same time, and none of the others differs.
/// </summary>
public sealed class NodeClocks
{
    private readonly object _lock = new();
    private readonly HybridClock _hybrid;
    private readonly MonotonicClock _steady;
    private readonly PeerClocks _peers;
    private bool _held;
    private volatile ClockVerdict _verdict;
    private long _offset;
    private long _refused;
    private long _leaps;

    public NodeClocks(HybridClock hybrid, TimeProvider time)
    {
        _hybrid = hybrid;
        _steady = new MonotonicClock(time);
        _peers = new PeerClocks((long)hybrid.SkewMax.TotalMicroseconds);
    }

    public HybridClock Hybrid => _hybrid;

    public ClockVerdict Verdict => _verdict;

    /// <summary>Peers that agree among themselves say so: this node is to lead nothing.</summary>
    public bool IsWrong => _verdict == ClockVerdict.Wrong;

    /// <summary>The median of the peers' wall clocks less the own one, µs, as of the newest frame; 0: no peer was heard.</summary>
    public long OffsetMicros => Volatile.Read(ref _offset);

    /// <summary>Hybrid values of peers that were too far ahead to be followed.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>How often the own wall clock leapt ahead.</summary>
    public long Leaps => Volatile.Read(ref _leaps);

    /// <summary>A frame of a peer came. True if the verdict on the own clock is another now.</summary>
    /// <param name="peer">Its node.</param>
    /// <param name="wall">Its wall clock when the frame was sent, µs since 1970.</param>
    /// <param name="hybrid">Its hybrid clock then.</param>
    public bool Heard(Guid peer, long wall, long hybrid)
    {
        lock (_lock)
        {
            long own = _hybrid.MachineWall;
            long now = _steady.Now;
            NoteLeap();
            _peers.Heard(peer, wall, own, now);
            var verdict = _peers.Judge(now);
            (long median, bool agree, int count) = _peers.Offsets(now);
            Volatile.Write(ref _offset, median);
            if (verdict == ClockVerdict.Wrong)
            {
                _hybrid.Correct(median);
            }
            else if (verdict == ClockVerdict.Trusted && count > 0 && agree && Math.Abs(median) <= (long)_hybrid.SkewMax.TotalMicroseconds)
            {
                _hybrid.Believe();
                _held = false;
            }

            if (hybrid > _hybrid.Last)
            {
                if (_peers.MayFollow(hybrid, own, now)) _hybrid.Restore(hybrid);
                else Volatile.Write(ref _refused, _refused + 1);
            }

            if (verdict == _verdict) return false;
            _verdict = verdict;
            return true;
        }
    }

    /// <summary>The peer is no member any more: its clock says nothing.</summary>
    public void Forget(Guid peer)
    {
        lock (_lock) _peers.Forget(peer);
    }

    /// <summary>What was heard before a leap was measured by another clock.</summary>
    private void NoteLeap()
    {
        _hybrid.Guard();
        if (_held || !_hybrid.HoldsBack) return;
        _held = true;
        _leaps++;
        _peers.ForgetAll();
    }
}
