using System;
using System.Collections.Generic;
using System.Net.Sockets;

namespace Akka.Remote.Sockets;

/// <summary>A socket as it is. Sending is one system call for the whole batch.</summary>
internal sealed class PlainChannel : Channel
{
    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _receive = new(true);
    private readonly SocketAsyncEventArgs _send = new(true);

    public PlainChannel(Socket socket)
    {
        _socket = socket;
        _receive.Completed += (_, _) => Received();
        _send.Completed += (_, _) => Sent();
    }

    public override bool Receive(Memory<byte> target)
    {
        _receive.SetBuffer(target);
        return _socket.ReceiveAsync(_receive);
    }

    public override int EndReceive() => _receive.SocketError == SocketError.Success
        ? _receive.BytesTransferred
        : throw new SocketException((int)_receive.SocketError);

    public override bool Send(List<ArraySegment<byte>> batch)
    {
        if (batch.Count == 1)
        {
            _send.BufferList = null;
            _send.SetBuffer(batch[0].Array, batch[0].Offset, batch[0].Count);
        }
        else
        {
            _send.SetBuffer(null, 0, 0);
            _send.BufferList = batch;
        }

        return _socket.SendAsync(_send);
    }

    public override bool EndSend() => _send.SocketError == SocketError.Success;

    public override void CloseSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Dispose();
        }
    }

    // What is still under way keeps its arguments until it has completed.
    protected override void Close()
    {
        _socket.Dispose();
        _receive.Dispose();
        _send.Dispose();
    }
}
