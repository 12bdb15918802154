using Cluster.Simulation.Replicas;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Checks;

/// <summary>
/// Hybrid time (DESIGN section 10): a clock never goes back, and no message carries it further ahead of the true time than the permitted skew, however wrong its sender's
/// wall clock is. What stands in a record is binding all the same, and so is a time that two peers have: of three clocks nobody can say that the two
/// that agree are the wrong ones (PeerClocks, K3).
/// </summary>
public sealed class ClockChecker(SimulatedWorld world)
{
    /// <summary>What right clocks may be off from the true time, µs.</summary>
    public const long RightMicros = 200_000;

    private long _recorded;

    /// <summary>A record was appended by a leader.</summary>
    public void Recorded(long timestamp) => _recorded = Math.Max(_recorded, timestamp);

    public void Heard(SimulatedNode node, long before)
    {
        long now = node.Hybrid.Last;
        if (now < before)
            world.Fail($"node {node.Index}: the hybrid clock falls from {before} to {now}");
        long limit = SimulatedWorld.EpochMicros + world.Loop.Now + RightMicros + SimulatedNode.SkewMaxMicros;
        if (now > limit && now > _recorded && now > before && node.Clock.IsRight && !IsOutvoted(node, now - SimulatedWorld.EpochMicros - world.Loop.Now))
            world.Fail($"node {node.Index}: a message carries the hybrid clock {(now - limit) / 1e6:F3} s beyond the permitted skew");
    }
    /// <summary>
    /// Two others are, or were when they were heard last, off by about the same and by at least so much. Anything less is a breach: one
    /// wrong clock, or two that differ, move nobody.
    /// </summary>
    private bool IsOutvoted(SimulatedNode node, long ahead)
    {
        // Each of the two may be off from their median by the permitted skew.
        const long tolerance = 2 * SimulatedNode.SkewMaxMicros;
        foreach (SimulatedNode one in world.Nodes)
        {
            if (one == node)
                continue;
            foreach (long offset in one.Clock.Offsets)
            {
                if (offset >= ahead - tolerance && Array.Exists(world.Nodes, other => other != one && other != node && other.Clock.WasOffBy(offset, tolerance)))
                    return true;
            }
        }

        return false;
    }
}
