using Xunit;
using Xunit.Abstractions;

namespace Cluster.Storage.Tests.Model;

/// <summary>The model test would find a bug if there was one: each of these is found within the lives that a normal run lives.</summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    private const int LivesMax = 5000;

    public static TheoryData<string> Lies => [.. Enum.GetNames<DiskLie>().Where(static name => name != nameof(DiskLie.None))];

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_bug_in_what_the_store_stands_on_goes_unnoticed(string lie)
    {
        var found = StoreLifeTests.Check(LivesMax, 1, new LifeReport(), Enum.Parse<DiskLie>(lie), out var needed);
        Assert.True(found is not null, $"{lie}: not found in {LivesMax} lives");
        output.WriteLine($"{lie}: found in life {needed}: {found.Split('\n').FirstOrDefault(static line => line.Contains("Exception", StringComparison.Ordinal))?.Trim()}");
    }
}
