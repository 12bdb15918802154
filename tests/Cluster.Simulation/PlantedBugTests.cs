using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Xunit;
using Xunit.Abstractions;

namespace Cluster.Simulation;

/// <summary>A simulation that finds nothing proves nothing: it must find what was built in on purpose.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    private const int SeedsMax = 500;

    public static TheoryData<string> Bugs()
    {
        var bugs = new TheoryData<string>();
        foreach (string bug in BugHunt.Huntable)
            bugs.Add(bug);
        return bugs;
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found(string name)
    {
        for (ulong seed = 1; seed <= SeedsMax; seed++)
        {
            if (BugHunt.Run(name, seed) is not { } found)
                continue;
            output.WriteLine($"{name} found by seed {seed}: {found.Message}");
            return;
        }

        Assert.Fail($"{name} is not found within {SeedsMax} seeds");
    }

    [Fact]
    public void The_dense_runs_that_hunt_for_bugs_find_none_where_none_is_planted()
    {
        for (ulong seed = 1; seed <= 20; seed++)
            Assert.Null(BugHunt.Run(nameof(PlantedBug.None), seed));
    }
}
