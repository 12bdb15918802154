namespace Cluster.Node.Http;

/// <summary>Whether the node accepts clients, and if not, what it is doing instead.</summary>
public sealed class NodeHealth
{
    private volatile string? _notReadyBecause = "starting";

    /// <summary>Null = ready.</summary>
    public string? NotReadyBecause { get => _notReadyBecause; set => _notReadyBecause = value; }
}
