using System;
using System.Collections.Generic;
using Akka.Remote.Sockets;

namespace Akka.Twin.Tests.Remote;

/// <summary>A connection without a network: given bytes come in, in pieces, what goes out is forgotten. Nothing of it ever waits.</summary>
internal sealed class MemoryChannel(byte[] incoming, int pieceSize) : Channel
{
    private int _at;
    private int _received;

    public override bool Receive(Memory<byte> target)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        _received = Math.Min(Math.Min(pieceSize, target.Length), incoming.Length - _at);
        incoming.AsSpan(_at, _received).CopyTo(target.Span);
        _at += _received;
        return false;
    }

    public override int EndReceive() => _received;

    public override bool Send(List<ArraySegment<byte>> batch) => false;

    public override bool EndSend() => true;

    public override void CloseSending()
    {
    }

    protected override void Close()
    {
    }
}
