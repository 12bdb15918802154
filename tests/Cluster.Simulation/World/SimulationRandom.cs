namespace Cluster.Simulation.World;

/// <summary>SplitMix64. One per source of decisions, so that more draws in one place do not change all others.</summary>
public sealed class SimulationRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From <paramref name="from"/> to <paramref name="to"/>, both possible.</summary>
    public long Between(long from, long to) => from + (long)(Next() % (ulong)(to - from + 1));

    public int Below(int end) => (int)(Next() % (ulong)end);

    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    /// <summary>An exponential delay with this mean, at most 20 times it.</summary>
    public long Around(long mean)
    {
        double unit = ((Next() >> 11) + 1) * (1.0 / (1UL << 53));
        return (long)Math.Min(-Math.Log(unit) * mean, 20.0 * mean);
    }

    public SimulationRandom Fork() => new(Next());
}
