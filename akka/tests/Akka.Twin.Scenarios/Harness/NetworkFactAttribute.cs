using System;
using Xunit;

namespace Akka.Twin.Scenarios.Harness;

/// <summary>Skipped, with the reason, where namespaces cannot be made; CLUSTER_TESTS_MUST_NOT_SKIP=1 runs it there as well, so that it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NetworkFactAttribute : FactAttribute
{
    public NetworkFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("CLUSTER_TESTS_MUST_NOT_SKIP") != "1") Skip = Network.WhyNot();
    }
}
