using System.Net;
using System.Net.Sockets;

namespace Akka.Contract.Tests.Remote;

/// <summary>A port on which connections are passed on to another one, until somebody cuts them.</summary>
internal sealed class CuttableLink : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HashSet<Socket> _open = [];
    private int _target;
    private bool _disposed;

    public CuttableLink()
    {
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections made earlier wait in the backlog.</summary>
    public void PassOnTo(int port)
    {
        _target = port;
        _ = Accept();
    }

    /// <summary>Ends every connection there is now; new ones are passed on again.</summary>
    public void Cut()
    {
        lock (_open)
        {
            foreach (var socket in _open) socket.Dispose();
            _open.Clear();
        }
    }

    public void Dispose()
    {
        lock (_open) _disposed = true;
        _listener.Stop();
        Cut();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptSocketAsync().ConfigureAwait(false);
                _ = PassOn(near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was stopped.
        }
    }

    private async Task PassOn(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target).ConfigureAwait(false);
            lock (_open)
            {
                if (_disposed) return;
                _open.Add(near);
                _open.Add(far);
            }

            await Task.WhenAny(Copy(near, far), Copy(far, near)).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // Nobody listens there (any more): the near side is closed as well.
        }
        finally
        {
            lock (_open)
            {
                _open.Remove(near);
                _open.Remove(far);
            }

            near.Dispose();
            far.Dispose();
        }
    }

    private static async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[16384];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer).ConfigureAwait(false)) > 0)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
