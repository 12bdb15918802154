using Cluster.Actors.Shards.Core;
using Cluster.Storage.Time;

namespace Cluster.Simulation.Replicas;

// Wall clocks of peers, and the hybrid clock that follows them.
public sealed partial class SimulatedNode
{
    public const long SkewMaxMicros = 500_000;

    private PeerClocks _peers;
    private bool _clockWrong;

    /// <summary>Of the process: a new one has it from its logs.</summary>
    public HybridClock Hybrid { get; private set; }

    /// <summary>Every message between nodes carries the sender's clocks.</summary>
    public void HeardClocks(int from, long wall, long hybrid)
    {
        long own = Clock.Wall;
        _peers.Heard(_world.Nodes[from].Id, wall, own, Clock.Now);
        long before = Hybrid.Last;
        // Below the own wall clock there is nothing to follow, unless that is the wrong one.
        if (hybrid > before && (hybrid > own || _clockWrong) && _peers.MayFollow(hybrid, own, Clock.Now))
        {
            Hybrid.Restore(hybrid);
            _world.Clocks.Heard(this, before);
        }

        bool wrong = Math.Abs(wall - own) > SkewMaxMicros && _peers.Judge(Clock.Now) == ClockVerdict.Wrong;
        if (wrong == _clockWrong || (_clockWrong && _peers.Judge(Clock.Now) == ClockVerdict.Wrong))
            return;
        _clockWrong = wrong;
        Give(p => p.ClockJudged(wrong));
        if (!wrong)
            return;
        _world.Coverage.ClocksWrong++;
        _world.Trace(this, $"its wall clock is wrong by its peers' word");
    }

    /// <summary>By its peers' word, as of the newest message.</summary>
    public bool ClockIsWrong => _clockWrong;

    private void BeginClocks()
    {
        Hybrid = new HybridClock(Clock, TimeSpan.FromMicroseconds(SkewMaxMicros));
        _peers = new PeerClocks(SkewMaxMicros, _world.Settings.Planted);
        _clockWrong = false;
    }
}
