namespace Cluster.Simulation.Replicas;

/// <summary>Planted errors of the part that the simulator plays itself: that of the core's owner.</summary>
public enum OwnerBug : byte
{
    None,

    /// <summary>A replica that goes on by itself is not told until when the heartbeats between the nodes spoke for its leader: its promise to that ends too early.</summary>
    ParkedContactForgotten,
}
