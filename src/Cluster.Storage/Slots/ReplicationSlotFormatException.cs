namespace Cluster.Storage.Slots;

/// <summary>The bytes are no replication slots of a known version, or are damaged. Never read as an empty table: that would give up what slots hold.</summary>
public sealed class ReplicationSlotFormatException(string message) : StorageException(message);
