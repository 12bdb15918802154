namespace Cluster.Scenarios.Harness;

/// <summary>One member of a cluster over its lives: fixed name, ports and folder, and the process of the moment.</summary>
internal sealed class Member : IDisposable
{
    private readonly string[] _arguments;

    /// <param name="remotingPort">0 = a free one. Members of one cluster know each other's beforehand.</param>
    public Member(string name, string folder, int remotingPort, params string[] definitions)
    {
        Name = name;
        Folder = folder;
        RemotingPort = remotingPort == 0 ? Ports.Take() : remotingPort;
        Log = new NodeLog(name);
        _arguments =
        [
            "--data", folder, .. Definitions(
            [
                $"cluster.node-name={name}", $"cluster.resp.port={RespPort}", $"cluster.http.port={HttpPort}",
                $"akka.remote.dot-netty.tcp.port={RemotingPort}", .. definitions,
            ]),
        ];
    }

    public string Name { get; }

    public string Folder { get; }

    public int RespPort { get; } = Ports.Take();

    public int HttpPort { get; } = Ports.Take();

    public int RemotingPort { get; }

    public NodeLog Log { get; }

    public NodeProcess? Process { get; private set; }

    public bool Runs => Process is { Runs: true };

    /// <summary>Starts the process; it is not ready yet.</summary>
    public NodeProcess Start()
    {
        Process?.Dispose();
        Process = NodeProcess.StartNode(Log, _arguments);
        return Process;
    }

    public Task StartAsync() => Start().ReadyAsync();

    public Task KillAsync() => Process!.KillAsync();

    public RespClient Connect() => RespClient.Connect(RespPort);

    public Task<TopologyDocument> TopologyAsync() => TopologyDocument.ReadAsync(HttpPort);

    public void Dispose() => Process?.Dispose();

    private static IEnumerable<string> Definitions(IEnumerable<string> definitions) => definitions.SelectMany(definition => (string[])["-D", definition]);
}
