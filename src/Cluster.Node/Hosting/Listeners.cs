using System.Net;
using System.Net.Sockets;
using Cluster.Node.Configuration;
using Cluster.Node.Http;
using Cluster.Node.Resp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Endpoint = Cluster.Node.Configuration.Endpoint;

namespace Cluster.Node.Hosting;

/// <summary>The two ports for clients and operators, on one Kestrel.</summary>
internal sealed class Listeners : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TopologyGatherer _topology;
    private readonly ClientTransports _transports;

    private Listeners(WebApplication application, ClientTransports transports, TopologyGatherer topology, int respPort, int httpPort)
    {
        _application = application;
        _transports = transports;
        _topology = topology;
        RespPort = respPort;
        HttpPort = httpPort;
    }

    public int RespPort { get; }

    public int HttpPort { get; }

    /// <exception cref="SettingsException">An address cannot be listened on.</exception>
    public static async Task<Listeners> StartAsync(ClusterSettings settings, RespServices resp, NodeHealth health, ILoggerFactory logs)
    {
        var respAddress = Resolve("cluster.resp.host", settings.Resp);
        var httpAddress = Resolve("cluster.http.host", settings.Http);
        ListenOptions? respOptions = null;
        ListenOptions? httpOptions = null;

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var transports = new ClientTransports(logs);
        builder.Services.AddSingleton<IConnectionListenerFactory>(transports);
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(resp);
        builder.Services.AddSingleton<RespConnectionHandler>();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(new ClientEndPoint(respAddress), listen =>
            {
                respOptions = listen;
                listen.UseConnectionHandler<RespConnectionHandler>();
            });
            kestrel.Listen(httpAddress, listen =>
            {
                httpOptions = listen;
                listen.Protocols = HttpProtocols.Http1;
            });
        });

        var application = builder.Build();
        var topology = new TopologyGatherer(resp.NodeId, resp.Topology);
        application.Run(new HttpEndpoints(resp, health, topology).HandleAsync);
        try
        {
            await application.StartAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw Occupied(e, settings);
        }

        return new Listeners(application, transports, topology, respOptions!.IPEndPoint!.Port, httpOptions!.IPEndPoint!.Port);
    }

    /// <summary>Those that are connected stay.</summary>
    public ValueTask StopAcceptingClientsAsync() => _transports.StopAcceptingAsync();

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(soon.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        _topology.Dispose();
    }

    private static SettingsException Occupied(Exception e, ClusterSettings settings)
    {
        string key = e.Message.Contains($":{settings.Http.Port}", StringComparison.Ordinal) && !e.Message.Contains($":{settings.Resp.Port}", StringComparison.Ordinal)
            ? "cluster.http"
            : "cluster.resp";
        var endpoint = key == "cluster.http" ? settings.Http : settings.Resp;
        return e.InnerException is AddressInUseException
            ? new SettingsException($"{key}.port: {endpoint.Host}:{endpoint.Port} is in use by another program", e)
            : new SettingsException($"{key}: cannot listen on {endpoint.Host}:{endpoint.Port}: {e.Message}", e);
    }

    private static IPEndPoint Resolve(string key, Endpoint endpoint)
    {
        if (IPAddress.TryParse(endpoint.Host, out var address)) return new IPEndPoint(address, endpoint.Port);
        try
        {
            var addresses = Dns.GetHostAddresses(endpoint.Host);
            var first = Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
            return new IPEndPoint(first, endpoint.Port);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or IndexOutOfRangeException)
        {
            throw new SettingsException($"{key}: expected an address of this machine, got '{endpoint.Host}'", e);
        }
    }

    /// <summary>The node handles signals itself, in its own order.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
