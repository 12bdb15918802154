using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

/// <summary>Looks for a planted bug: short, dense runs in the scenario that suits it.</summary>
internal static class BugHunt
{
    /// <summary>What the product or the simulation cannot show yet, and so nobody can find.</summary>
    public static IReadOnlyList<PlantedBug> NotBuilt { get; } =
    [
    ];

    /// <summary>By their names: those of the product's code, and those of the part that the simulator plays.</summary>
    public static IEnumerable<string> Huntable =>
    [
        .. Enum.GetValues<PlantedBug>().Where(bug => bug != PlantedBug.None && !NotBuilt.Contains(bug)).Select(static bug => bug.ToString()),
        .. Enum.GetValues<OwnerBug>().Where(bug => bug != OwnerBug.None).Select(static bug => bug.ToString()),
    ];

    /// <summary>The finding, or null.</summary>
    public static SimulationFailedException? Run(string bug, ulong seed)
    {
        using var world = new SimulatedWorld(OptionsOf(bug, seed));
        try
        {
            world.Run();
            return null;
        }
        catch (SimulationFailedException found)
        {
            return found;
        }
    }

    /// <param name="name">"None": nothing is planted.</param>
    public static SimulationOptions OptionsOf(string name, ulong seed) => Enum.TryParse(name, out OwnerBug owner) && owner != OwnerBug.None
        ? OptionsOf(PlantedBug.None, seed) with { PlantedInOwner = owner, Parks = true, Reads = ReadMode.Lease }
        : OptionsOf(Enum.Parse<PlantedBug>(name), seed);

    private static SimulationOptions OptionsOf(PlantedBug bug, ulong seed) => new()
    {
        Seed = seed,
        Planted = bug,
        Shards = 2,
        Clients = 8,
        FaultMicros = 15_000_000,
        QuietMicros = 0,
        VirtualMicrosMin = 0,
        OperationsMin = 0,
        MeanPause = 600_000,
        Sessions = bug != PlantedBug.FailedConditionNotHeld, // A session keeps the answer of a condition that failed by a record.
        Reads = bug is PlantedBug.LeaseFromReceiveTime or PlantedBug.LeaseKeptAfterTimeoutNow ? ReadMode.Lease : null,
    };
}
