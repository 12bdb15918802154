using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Event;
using Akka.Remote.Associations;

namespace Akka.Remote.Sockets;

/// <summary>
/// The listening port: hands every connection on as a channel. Encrypted ones are negotiated beside each other, within the time of a
/// handshake, so that a stranger who says nothing holds nobody up.
/// </summary>
internal sealed class Acceptor(
    Socket listener, TcpSettings settings, TlsNegotiator tls, TimeSpan handshakeTimeout, ILoggingAdapter log, StrangerLog strangers,
    Action<Channel, string> accepted, CancellationToken stopping)
{
    /// <summary>Negotiations at once; connections beyond are closed.</summary>
    private const int NegotiationsMax = 1000;

    private int _negotiations;

    public async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(stopping).ConfigureAwait(false);
                Begin(socket);
            }
            catch (Exception e) when (stopping.IsCancellationRequested || IsEnd(e))
            {
                return;
            }
            catch (SocketException e)
            {
                // Of one connection, or of the process (too many open files): in either case the port stays open.
                log.Warning("A connection could not be accepted: {0}", e.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The port has been closed.</summary>
    private static bool IsEnd(Exception e) => e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted };

    private void Begin(Socket socket)
    {
        string from;
        try
        {
            TcpDialer.Configure(socket, settings);
            from = socket.RemoteEndPoint is IPEndPoint end ? end.ToString() : "?";
        }
        catch (SocketException)
        {
            // Gone already.
            socket.Dispose();
            return;
        }

        if (tls is null)
        {
            accepted(new PlainChannel(socket), from);
        }
        else if (Volatile.Read(ref _negotiations) >= NegotiationsMax)
        {
            strangers.Add(from, "too many connections are being negotiated");
            socket.Dispose();
        }
        else
        {
            _ = NegotiateAsync(socket, from);
        }
    }

    private async Task NegotiateAsync(Socket socket, string from)
    {
        Interlocked.Increment(ref _negotiations);
        try
        {
            using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            timeout.CancelAfter(handshakeTimeout);
            Channel channel = await tls.AcceptAsync(socket, timeout.Token).ConfigureAwait(false);
            accepted(channel, from);
        }
        catch (Exception e)
        {
            // Whatever a stranger sends: it concerns only the connection, which the negotiator has closed.
            if (!stopping.IsCancellationRequested) strangers.Add(from, "TLS: " + (e.InnerException ?? e).Message);
        }
        finally
        {
            Interlocked.Decrement(ref _negotiations);
        }
    }
}
