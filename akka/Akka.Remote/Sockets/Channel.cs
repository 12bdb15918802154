using System;
using System.Collections.Generic;
using System.Threading;

namespace Akka.Remote.Sockets;

/// <summary>
/// Bytes to and from one peer, as they are or encrypted. At most one receive and one send are under way at a time. A completion may
/// come on another thread before the call that began it has returned: whoever begins one touches nothing of it afterwards.
/// </summary>
internal abstract class Channel : IDisposable
{
    private int _closed;

    /// <summary>Called when a receive that had to wait is through.</summary>
    public Action Received { protected get; set; }

    /// <summary>Called when a send that had to wait is through.</summary>
    public Action Sent { protected get; set; }

    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>True: it waits, <see cref="Received"/> will be called. False: it is through already.</summary>
    public abstract bool Receive(Memory<byte> target);

    /// <summary>How many bytes came, 0 = the peer has ended its side. Throws what went wrong.</summary>
    public abstract int EndReceive();

    /// <summary>Sends all of the batch, which has to stay as it is until then. True: it waits, <see cref="Sent"/> will be called.</summary>
    public abstract bool Send(List<ArraySegment<byte>> batch);

    /// <summary>False: the connection is broken.</summary>
    public abstract bool EndSend();

    /// <summary>Nothing more will be sent; what was sent still arrives.</summary>
    public abstract void CloseSending();

    /// <summary>Ends both directions at once. Any thread; what is under way completes with an error.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0) Close();
    }

    protected abstract void Close();
}
