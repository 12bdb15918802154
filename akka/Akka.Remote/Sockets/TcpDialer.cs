using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Remote.Transport;

namespace Akka.Remote.Sockets;

/// <summary>Opens sockets: to peers, and the one that listens.</summary>
internal static class TcpDialer
{
    public static async Task<Socket> ConnectAsync(string host, int port, TcpSettings settings, CancellationToken cancellation)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(settings.ConnectTimeout);
        IPAddress address = await ResolveAsync(host, settings.UseIPv6, timeout.Token).ConfigureAwait(false);
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Configure(socket, settings);
            await socket.ConnectAsync(new IPEndPoint(address, port), timeout.Token).ConfigureAwait(false);
            return socket;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A channel to the peer, negotiated if it is to be encrypted.</summary>
    /// <exception cref="InvalidAssociationException">The peer speaks no TLS, or one of the certificates is refused.</exception>
    public static async Task<Channel> DialAsync(
        string host, int port, TcpSettings settings, TlsNegotiator tls, TimeSpan handshakeTimeout, CancellationToken cancellation)
    {
        Socket socket = await ConnectAsync(host, port, settings, cancellation).ConfigureAwait(false);
        if (tls is null) return new PlainChannel(socket);
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(handshakeTimeout);
        try
        {
            return await tls.ConnectAsync(socket, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            string why = e is OperationCanceledException ? "no answer within " + handshakeTimeout : e.Message;
            throw new InvalidAssociationException("TLS with [" + host + ":" + port + "] failed: " + why, e);
        }
    }

    /// <exception cref="SocketException">The port is taken, or the host is none of this machine.</exception>
    public static Socket Listen(TcpSettings settings)
    {
        IPAddress address = IPAddress.TryParse(settings.BindHost, out IPAddress literal)
            ? literal
            : Choose(Dns.GetHostAddresses(settings.BindHost), settings.UseIPv6);
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // On Unix .NET lets a listener have a port with connections in TIME_WAIT by itself. Its option ReuseAddress is more than
            // that: two processes could listen on one port.
            if (settings.ReceiveBufferSize > 0) socket.ReceiveBufferSize = settings.ReceiveBufferSize;
            socket.Bind(new IPEndPoint(address, settings.Port));
            socket.Listen(settings.Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static void Configure(Socket socket, TcpSettings settings)
    {
        socket.NoDelay = settings.NoDelay;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, settings.KeepAlive);
        if (settings.SendBufferSize > 0) socket.SendBufferSize = settings.SendBufferSize;
        if (settings.ReceiveBufferSize > 0) socket.ReceiveBufferSize = settings.ReceiveBufferSize;
    }

    private static async Task<IPAddress> ResolveAsync(string host, bool useIPv6, CancellationToken cancellation) =>
        IPAddress.TryParse(host, out IPAddress literal)
            ? literal
            : Choose(await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false), useIPv6);

    private static IPAddress Choose(IPAddress[] addresses, bool useIPv6)
    {
        AddressFamily preferred = useIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        return addresses.FirstOrDefault(a => a.AddressFamily == preferred)
            ?? addresses.FirstOrDefault()
            ?? throw new SocketException((int)SocketError.HostNotFound);
    }
}
