namespace Cluster.Scenarios.Harness;

/// <summary>
/// How hard the scenarios are. The short form belongs to every test run; the long one (CLUSTER_SCENARIOS=long) holds faults as long
/// and repeats them as often as the guarantees are stated for.
/// </summary>
internal static class Scale
{
    public static bool Long { get; } = Environment.GetEnvironmentVariable("CLUSTER_SCENARIOS") == "long";

    /// <summary>How long a stopped leader sleeps at least; it always sleeps until the others have taken it out of the Akka cluster.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromSeconds(Long ? 20 : 0);

    /// <summary>The default is 5 s, on top of the 4 to 5 s until a silent member counts as unreachable.</summary>
    public static TimeSpan DownAfter { get; } = TimeSpan.FromSeconds(Long ? 5 : 1);

    /// <summary>Rounds of each kill scenario.</summary>
    public static int Rounds { get; } = Long ? 10 : 1;

    /// <summary>Writes before, and after, the fault.</summary>
    public static int Writes { get; } = Long ? 5_000 : 500;
}
