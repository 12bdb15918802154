namespace Cluster.Scenarios.Harness;

/// <summary>One member of a cluster over its lives: fixed name, ports and folder, and the process of the moment.</summary>
internal sealed class Member : IDisposable
{
    private readonly string[] _arguments;

    /// <param name="remotingPort">0 = a free one. Members of one cluster know each other's beforehand.</param>
    public Member(string name, string folder, int remotingPort, params string[] definitions)
        : this(Host.Loopback, name, folder, remotingPort, definitions)
    {
    }

    /// <param name="respPort">0 = a free one, as with the other two.</param>
    public Member(Host host, string name, string folder, int remotingPort, string[] definitions, int respPort = 0, int httpPort = 0)
    {
        RespPort = respPort == 0 ? Ports.Take() : respPort;
        HttpPort = httpPort == 0 ? Ports.Take() : httpPort;
        Host = host;
        Name = name;
        Folder = folder;
        RemotingPort = remotingPort == 0 ? Ports.Take() : remotingPort;
        Log = new NodeLog(name);
        _arguments =
        [
            "--data", folder, .. Definitions(
            [
                $"cluster.node-name={name}", $"cluster.resp.port={RespPort}", $"cluster.http.port={HttpPort}",
                $"akka.remote.dot-netty.tcp.port={RemotingPort}", .. OfHost(), .. definitions,
            ]),
        ];
    }

    public Host Host { get; }

    public string Name { get; }

    public string Folder { get; }

    public int RespPort { get; }

    public int HttpPort { get; }

    public int RemotingPort { get; }

    public NodeLog Log { get; }

    public NodeProcess? Process { get; private set; }

    /// <summary>Another build of the program to start next time; null = the one beside the tests.</summary>
    public string? Program { get; set; }

    public bool Runs => Process is { Runs: true };

    /// <summary>Starts the process; it is not ready yet.</summary>
    public NodeProcess Start()
    {
        Process?.Dispose();
        Process = NodeProcess.StartNode(Log, Host.Namespace, Program, _arguments);
        return Process;
    }

    /// <summary>It was told to end and has not been started again.</summary>
    public bool IsMissing => Process is { WasEnded: true };

    public Task StartAsync() => Start().ReadyAsync();

    public Task KillAsync() => Process!.KillAsync();

    public RespClient Connect() => RespClient.Connect(Host.Address, RespPort);

    public Task<TopologyDocument> TopologyAsync() => TopologyDocument.ReadAsync(Host.Address, HttpPort);

    public void Dispose() => Process?.Dispose();

    private string[] OfHost() => Host == Host.Loopback
        ? []
        : [
            $"cluster.resp.host={Host.Address}", $"cluster.http.host={Host.Address}", $"akka.remote.dot-netty.tcp.hostname={Host.Address}",
            "cluster.allow-insecure=on",
        ];

    private static IEnumerable<string> Definitions(IEnumerable<string> definitions) => definitions.SelectMany(definition => (string[])["-D", definition]);
}
