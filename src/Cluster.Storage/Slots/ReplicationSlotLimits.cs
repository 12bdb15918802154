namespace Cluster.Storage.Slots;

/// <summary>How much a replication slot may hold, and for how long unused. 0: as the node that leads has configured; part of the slot, so that every leader keeps to it.</summary>
/// <param name="Records">From its restart LSN to the end of the log.</param>
/// <param name="Bytes">Of segment files, likewise.</param>
/// <param name="IdleMicros">Since it was last used, while it holds something.</param>
public readonly record struct ReplicationSlotLimits(long Records, long Bytes, long IdleMicros)
{
    internal bool AreValid => Records >= 0 && Bytes >= 0 && IdleMicros >= 0;
}
