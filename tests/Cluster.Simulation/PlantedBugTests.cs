using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Simulation;

/// <summary>A simulation that finds nothing proves nothing: it must find what was built in on purpose.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    private const int SeedsMax = 500;

    [Theory]
    [InlineData((int)PlantedBug.AckBeforeSync)]
    [InlineData((int)PlantedBug.VoteByLsnAlone)]
    [InlineData((int)PlantedBug.FailedConditionNotHeld)]
    public void A_planted_bug_is_found(int bug)
    {
        for (int seed = 1; seed <= SeedsMax; seed++)
        {
            using var world = new SimulatedWorld(new SimulationOptions { Seed = (ulong)seed, Planted = (PlantedBug)bug });
            try
            {
                world.Run();
            }
            catch (SimulationFailedException found)
            {
                output.WriteLine($"{(PlantedBug)bug} found by seed {seed}: {found.Message}");
                return;
            }
        }

        Assert.Fail($"{(PlantedBug)bug} is not found within {SeedsMax} seeds");
    }
}
