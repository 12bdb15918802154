using System.Runtime.Serialization;

namespace Cluster.Actors.Wire;

/// <summary>
/// A message from the network does not have the documented shape. It derives from <see cref="SerializationException"/>
/// because that is what remoting logs and drops without giving up the association.
/// </summary>
public sealed class WireFormatException(string message) : SerializationException(message);
