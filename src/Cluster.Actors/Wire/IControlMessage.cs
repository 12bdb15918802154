namespace Cluster.Actors.Wire;

/// <summary>A rare message between nodes (handshake, bootstrap, topology). Hot messages travel in a peer frame instead.</summary>
public interface IControlMessage
{
    /// <summary>Writes the fields in the order in which the codec of the type reads them.</summary>
    void Write(WireWriter to);
}
