namespace Cluster.Actors.Shards;

/// <summary>An encoded batch (from another node) does not have the documented shape.</summary>
public sealed class CommandFormatException(string message) : FormatException(message);
