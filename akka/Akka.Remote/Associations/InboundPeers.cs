using System.Threading;

namespace Akka.Remote.Associations;

/// <summary>What one incarnation of a peer has delivered here; outlives its connections.</summary>
internal sealed class InboundPeer(int uid)
{
    public int Uid { get; } = uid;

    /// <summary>Guarded by <see cref="Delivery"/>.</summary>
    public SystemInbox SystemMessages { get; } = new();

    /// <summary>The connection that may deliver. Guarded by <see cref="Delivery"/>.</summary>
    public InboundLink Current { get; set; }

    /// <summary>
    /// Held while received messages are delivered: what an earlier connection brought is delivered before a later one begins, or never.
    /// </summary>
    public object Delivery { get; } = new();
}

/// <summary>The incarnation that connects from one address, at most one at a time. Any thread.</summary>
internal sealed class InboundPeers
{
    private readonly object _gate = new();
    private InboundPeer _peer;

    /// <summary>
    /// The connection takes over from an earlier one of the same incarnation, or a new incarnation from the earlier one. The caller
    /// holds the peer's delivery lock on return.
    /// </summary>
    public InboundPeer Arrive(int uid, InboundLink link)
    {
        InboundPeer peer;
        InboundLink superseded;
        lock (_gate)
        {
            if (_peer is null || _peer.Uid != uid)
            {
                superseded = _peer?.Current;
                _peer = new InboundPeer(uid);
            }
            else
            {
                superseded = _peer.Current;
            }

            peer = _peer;
        }

        superseded?.Close();
        Monitor.Enter(peer.Delivery);
        peer.Current = link;
        return peer;
    }

    public void CloseQuarantined(int uid)
    {
        InboundLink link;
        lock (_gate) link = _peer is { } peer && peer.Uid == uid ? peer.Current : null;
        link?.CloseQuarantined();
    }
}
