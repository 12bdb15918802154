using Xunit;

namespace Cluster.Scenarios.Harness;

/// <summary>Skipped, with the reason, where networks or disks cannot be made; CLUSTER_TESTS_MUST_NOT_SKIP=1 runs it there as well, so that it fails.</summary>
internal sealed class FaultFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() => Network.WhyNot() ?? SmallDisk.WhyNot());

    public FaultFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CLUSTER_TESTS_MUST_NOT_SKIP") != "1") Skip = Reason.Value;
    }
}
