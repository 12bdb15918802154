using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Cluster.Node.Resp;

/// <summary>Kestrel's entry into the Redis protocol.</summary>
internal sealed class RespConnectionHandler(RespServices services) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var session = services.NewSession(connection.RemoteEndPoint, connection.LocalEndPoint);
        services.Metrics.ConnectionOpened();
        services.Clients.Add(session);
        try
        {
            var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
            await new RespConnection(services, session, connection.Transport).RunAsync(connection.ConnectionClosed, stopping).ConfigureAwait(false);
        }
        catch (ConnectionResetException)
        {
            // The client is gone; nobody is left to tell.
        }
        finally
        {
            services.Clients.Remove(session);
        }
    }
}
