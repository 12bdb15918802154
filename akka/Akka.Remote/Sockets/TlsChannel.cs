using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Akka.Remote.Sockets;

/// <summary>An encrypted connection whose handshake is done.</summary>
internal sealed class TlsChannel : Channel
{
    private readonly Socket _socket;
    private readonly SslStream _stream;
    private readonly Action _onReceived;
    private readonly Action _onSent;
    private ValueTask<int> _receiving;
    private Task<bool> _sending;

    public TlsChannel(Socket socket, SslStream stream)
    {
        _socket = socket;
        _stream = stream;
        _onReceived = () => Received();
        _onSent = () => Sent();
    }

    public override bool Receive(Memory<byte> target)
    {
        _receiving = _stream.ReadAsync(target);
        ValueTaskAwaiter<int> awaiter = _receiving.GetAwaiter();
        if (awaiter.IsCompleted) return false;
        awaiter.UnsafeOnCompleted(_onReceived);
        return true;
    }

    public override int EndReceive() => _receiving.GetAwaiter().GetResult();

    public override bool Send(List<ArraySegment<byte>> batch)
    {
        Task<bool> sending = _sending = SendAllAsync(batch);
        if (sending.IsCompleted) return false;
        sending.GetAwaiter().UnsafeOnCompleted(_onSent);
        return true;
    }

    public override bool EndSend() => _sending.Result;

    /// <summary>The end of the stream is told by remoting's own goodbye, so the layer between needs none of its own.</summary>
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

    // Not the stream: it must not be disposed while it reads, and closing its socket ends that.
    protected override void Close() => _socket.Dispose();

    private async Task<bool> SendAllAsync(List<ArraySegment<byte>> batch)
    {
        try
        {
            foreach (ArraySegment<byte> segment in batch) await _stream.WriteAsync(segment).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }
}
