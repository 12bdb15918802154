namespace Cluster.Scenarios.Harness;

/// <summary>Where a member listens, and the network namespace in which it runs if it has one of its own.</summary>
internal sealed record Host(string Address, string? Namespace = null)
{
    public static readonly Host Loopback = new("127.0.0.1");
}
