namespace Cluster.Actors.Shards;

/// <summary>
/// What the snapshots of all shards of a node share: threads for their disk work, apart from those that read for clients, and the throttle.
/// Owned by the host. Any thread.
/// </summary>
public sealed class NodeTransfers(TimeProvider time, int threads = 2) : IDisposable
{
    public BlockingWorkers Workers { get; } = new(threads);

    public TransferThrottle Throttle { get; } = new(time);

    public void Dispose() => Workers.Dispose();
}
