namespace Cluster.Actors.Wire;

/// <summary>
/// A rare message between nodes (handshake, bootstrap, topology): a sealed record in its actor's protocol, listed in
/// <see cref="ControlMessages"/>. Hot messages travel in a peer frame instead.
/// </summary>
public interface IControlMessage;
