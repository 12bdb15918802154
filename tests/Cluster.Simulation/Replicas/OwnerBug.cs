namespace Cluster.Simulation.Replicas;

/// <summary>Planted errors of the part that the simulator plays itself: that of the core's owner.</summary>
public enum OwnerBug : byte
{
    None,

    /// <summary>A parked leader that goes on takes those it was parked with for heard at that moment, not when the heartbeat was sent that they have returned.</summary>
    ParkedEchoCountsFromNow,
}
