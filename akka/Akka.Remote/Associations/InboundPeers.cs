using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Remote.Wire;

namespace Akka.Remote.Associations;

/// <summary>What one association of a peer has delivered here; outlives its connections.</summary>
internal sealed class InboundPeer
{
    /// <summary>Guarded by <see cref="Delivery"/>.</summary>
    public SystemInbox SystemMessages { get; } = new();

    /// <summary>The connection that may deliver. Guarded by <see cref="Delivery"/>.</summary>
    public InboundLink Current { get; set; }

    /// <summary>
    /// Held while received messages are delivered: what an earlier connection brought is delivered before a later one begins, or never.
    /// </summary>
    public object Delivery { get; } = new();
}

/// <summary>
/// The incarnation that connects from one address, at most one at a time. It has an association for every spelling of this system's
/// address that it knows, each with a connection and numbers of its own. Any thread.
/// </summary>
internal sealed class InboundPeers
{
    private const int SpellingsMax = 16;

    private readonly object _gate = new();
    private readonly Dictionary<string, InboundPeer> _byTarget = new(StringComparer.Ordinal);
    private int _uid;
    private bool _hadAny;
    private bool _forgotten;

    /// <summary>False: somebody has connected from there, and what was delivered has to be remembered.</summary>
    public bool TryForget()
    {
        lock (_gate) return _forgotten = !_hadAny;
    }

    /// <summary>
    /// The connection takes over from an earlier one of the same association, or a new incarnation from the earlier one. The caller
    /// holds the peer's delivery lock on return.
    /// </summary>
    public InboundPeer Arrive(int uid, string target, InboundLink link)
    {
        InboundPeer peer;
        List<InboundLink> superseded = new();
        lock (_gate)
        {
            // The peer tries again, and finds the successor.
            if (_forgotten) throw new ProtocolException("the association is being forgotten");
            _hadAny = true;
            if (_uid != uid)
            {
                foreach (InboundPeer former in _byTarget.Values) superseded.Add(former.Current);
                _byTarget.Clear();
                _uid = uid;
            }

            if (_byTarget.TryGetValue(target, out peer))
            {
                superseded.Add(peer.Current);
            }
            else
            {
                if (_byTarget.Count == SpellingsMax) throw new ProtocolException("too many spellings of this system's address");
                _byTarget[target] = peer = new InboundPeer();
            }
        }

        foreach (InboundLink earlier in superseded) earlier?.Close();
        Monitor.Enter(peer.Delivery);
        peer.Current = link;
        return peer;
    }

    public void CloseQuarantined(int uid)
    {
        List<InboundLink> links = new();
        lock (_gate)
        {
            if (_uid != uid) return;
            foreach (InboundPeer peer in _byTarget.Values) links.Add(peer.Current);
        }

        foreach (InboundLink link in links) link?.CloseQuarantined();
    }
}
