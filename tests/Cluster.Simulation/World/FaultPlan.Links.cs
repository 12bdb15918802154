using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

// Partitions, whole and one-way.
public sealed partial class FaultPlan
{
    private void Isolate(SimulatedNode node, bool inward, bool outward) => Isolate(node, inward, outward, _random.Between(100_000, 5_000_000));

    private void Isolate(SimulatedNode node, bool inward, bool outward, long duration)
    {
        _world.Coverage.Partitions++;
        if (!inward || !outward)
            _world.Coverage.OneWayPartitions++;
        _world.Trace(node, $"isolated {(inward ? "inward" : "")} {(outward ? "outward" : "")}");
        foreach (SimulatedNode other in Nodes)
        {
            if (other == node)
                continue;
            if (inward)
                CutFor(other.Index, node.Index, duration);
            if (outward)
                CutFor(node.Index, other.Index, duration);
        }
    }

    /// <summary>Two sides that cannot reach each other; one may have a majority.</summary>
    private void PartHalves()
    {
        _world.Coverage.HalvesParted++;
        long duration = _random.Between(500_000, 6_000_000);
        ulong side = _random.Next();
        _world.Trace($"two sides: {side & ((1UL << Nodes.Length) - 1):b}");
        for (int from = 0; from < Nodes.Length; from++)
        {
            for (int to = 0; to < Nodes.Length; to++)
            {
                if (((side >> from) & 1) != ((side >> to) & 1))
                    CutFor(from, to, duration);
            }
        }
    }

    private void CutOneLink()
    {
        int from = _random.Below(Nodes.Length);
        int to = _random.Below(Nodes.Length);
        _world.Trace(Nodes[from], $"no way to {to}");
        CutFor(from, to, _random.Between(100_000, 5_000_000));
    }

    private void CutFor(int from, int to, long duration)
    {
        _world.Network.Cut(from, to);
        bool noticed = _random.Chance(0.5);
        _world.Loop.After(duration, () =>
        {
            _world.Network.Heal(from, to);
            if (!noticed)
                return;
            Nodes[from].Give(p => p.LinkRestored(Nodes[to].Id));
            Nodes[to].Give(p => p.LinkRestored(Nodes[from].Id));
        });
    }
}
