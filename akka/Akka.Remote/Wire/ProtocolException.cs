using System;

namespace Akka.Remote.Wire;

/// <summary>Bytes that no peer of this protocol sends. The connection they came on is closed.</summary>
internal sealed class ProtocolException(string message) : Exception(message);
