namespace Cluster.Storage;

/// <summary>A value that was being copied belonged to an uncommitted record, and that was cut.</summary>
public sealed class ValueGoneException() : StorageException("the record of the value was cut while it was copied");
