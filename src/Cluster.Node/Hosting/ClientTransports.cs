using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cluster.Node.Hosting;

/// <summary>Where clients connect, as opposed to operators.</summary>
internal sealed class ClientEndPoint(IPEndPoint address) : IPEndPoint(address.Address, address.Port);

/// <summary>
/// Kestrel's sockets, with one more ability: the port of clients can be closed long before the connections are. A node that leaves
/// serves whom it has until its shards have other leaders, but nobody new. Kestrel closes both in one go.
/// </summary>
internal sealed class ClientTransports(ILoggerFactory logs) : IConnectionListenerFactory
{
    private readonly SocketTransportFactory _sockets = new(Options.Create(new SocketTransportOptions()), logs);
    private IConnectionListener? _clients;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = await _sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false);
        if (endpoint is ClientEndPoint) _clients = listener;
        return listener;
    }

    /// <summary>Kestrel finds its listener at its end, as after an unbinding of its own.</summary>
    public ValueTask StopAcceptingAsync() => _clients?.UnbindAsync() ?? ValueTask.CompletedTask;
}
