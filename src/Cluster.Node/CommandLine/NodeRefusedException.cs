namespace Cluster.Node.CommandLine;

/// <summary>The node cannot be what it was told to be (its identity is taken, its folder is of another cluster); the message is one line.</summary>
public sealed class NodeRefusedException(string message) : Exception(message);
