namespace Cluster.Simulation.World;

/// <summary>A checker has found a violation. The message names it and how to replay it.</summary>
public sealed class SimulationFailedException(SimulationOptions options, long time, string what, Exception? inner = null)
    : Exception($"seed {options.Seed} at {time / 1e6:F6} s: {what}\nreplay: SEED={options.Seed} dotnet test tests/Cluster.Simulation -c Release --filter One_seed --logger \"console;verbosity=detailed\"", inner)
{
    public ulong Seed { get; } = options.Seed;
}
