using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;

namespace Cluster.Simulation.Replicas;

/// <summary>How long a node's disk takes, and whether its next sync fails. Faults turn it.</summary>
public sealed class DiskModel(EventLoop loop, SimulationRandom random)
{
    private const long SyncMicros = 300;

    private long _hangsUntil;

    public SimulationRandom Random { get; } = random;

    /// <summary>1 for a healthy disk.</summary>
    public int Slowness { get; set; } = 1;

    public bool FailNextSync { get; set; }

    /// <summary>What is built in on purpose for tests to find.</summary>
    internal PlantedBug Planted { get; init; }

    /// <summary>Probability that records must be read from disk when a replica asks for them.</summary>
    public double ReadFromDisk { get; set; } = 0.05;

    /// <summary>A hung disk comes back in the end.</summary>
    public long NextSyncMicros() =>
        50 + Math.Min(Random.Around(SyncMicros * Slowness), 4_000_000) + Math.Max(0, _hangsUntil - loop.Now);

    public void HangUntil(long time) => _hangsUntil = time;

    public void Heal()
    {
        Slowness = 1;
        FailNextSync = false;
        _hangsUntil = 0;
    }
}
