namespace Cluster.Scenarios.Harness;

/// <summary>
/// How hard the scenarios are. The short form belongs to every test run; the long one (CLUSTER_SCENARIOS=long) holds faults as long
/// and repeats them as often as the guarantees are stated for.
/// </summary>
internal static class Scale
{
    public static bool Long { get; } = Environment.GetEnvironmentVariable("CLUSTER_SCENARIOS") == "long";

    /// <summary>A stopped leader is unreachable after a few seconds and down 5 s later; the pause must be longer than both together.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromSeconds(Long ? 20 : 8);

    /// <summary>Rounds of each kill scenario.</summary>
    public static int Rounds { get; } = Long ? 10 : 1;

    /// <summary>Writes before, and after, the fault.</summary>
    public static int Writes { get; } = Long ? 5_000 : 500;
}
