using System.Collections.Immutable;
using System.Globalization;
using Cluster.Node.Configuration;

namespace Cluster.Node.Local;

/// <summary>One node of a local cluster: its name and the arguments of its process.</summary>
internal sealed record LocalNode(string Name, ImmutableArray<string> Arguments);

/// <summary>
/// The nodes of a local cluster: names node-1 … node-N, folders DIR/node-1 …, and ports that count up from the configured ones
/// (7379, 8379 and 4053 unless -D says otherwise). Port 0 stays 0 for clients and HTTP.
/// </summary>
internal sealed record LocalPlan(ImmutableArray<LocalNode> Nodes)
{
    private const string SeedNodesKey = "akka.cluster.seed-nodes";

    /// <exception cref="SettingsException">The definitions are wrong; found here, before any process starts.</exception>
    public static LocalPlan Create(int nodes, IReadOnlyList<string> definitions, string? dataDir)
    {
        var loaded = SettingsLoader.Load([], definitions, dataDir);
        var settings = loaded.Settings;
        if (settings.Remoting.Port == 0) throw new SettingsException("akka.remote.dot-netty.tcp.port: local needs a port, since the nodes have to know each other's");
        CheckPorts(settings, nodes);
        var all = ImmutableArray.CreateBuilder<LocalNode>(nodes);
        for (int i = 0; i < nodes; i++)
        {
            string name = "node-" + (i + 1).ToString(CultureInfo.InvariantCulture);
            var arguments = ImmutableArray.CreateBuilder<string>();
            arguments.AddRange("node", "--data", Path.Combine(settings.DataDir, name));
            // First what local decides unless the user says otherwise, then the user's own, then what must differ per node.
            Define(arguments, "cluster.bootstrap-expect", nodes.ToString(CultureInfo.InvariantCulture));
            foreach (string definition in definitions) arguments.AddRange("-D", definition);
            Define(arguments, "cluster.node-name", name);
            Define(arguments, "cluster.resp.port", Port(settings.Resp.Port, i));
            Define(arguments, "cluster.http.port", Port(settings.Http.Port, i));
            Define(arguments, "akka.remote.dot-netty.tcp.port", Port(settings.Remoting.Port, i));
            if (settings.SeedNodes.IsEmpty) Define(arguments, SeedNodesKey, Seeds(settings, nodes));
            all.Add(new LocalNode(name, arguments.ToImmutable()));
        }

        return new LocalPlan(all.MoveToImmutable());
    }

    private static void Define(ImmutableArray<string>.Builder arguments, string key, string value) => arguments.AddRange("-D", $"{key}={value}");

    private static string Port(int first, int index) => (first == 0 ? 0 : first + index).ToString(CultureInfo.InvariantCulture);

    private static string Seeds(ClusterSettings settings, int nodes)
    {
        var addresses = new List<string>();
        for (int i = 0; i < nodes; i++)
            addresses.Add($"\"akka.tcp://{settings.Name}@{settings.Remoting.Host}:{Port(settings.Remoting.Port, i)}\"");
        return $"[{string.Join(", ", addresses)}]";
    }

    /// <summary>Ranges that run into each other would make a node fail with a message about a port that nobody has written.</summary>
    private static void CheckPorts(ClusterSettings settings, int nodes)
    {
        (string Key, int First)[] ranges =
            [("cluster.resp.port", settings.Resp.Port), ("cluster.http.port", settings.Http.Port), ("akka.remote.dot-netty.tcp.port", settings.Remoting.Port)];
        foreach (var (key, first) in ranges)
            if (first + nodes - 1 > 65535) throw new SettingsException($"{key}: {nodes} nodes need the ports {first} to {first + nodes - 1}");
        for (int i = 0; i < ranges.Length; i++)
            for (int j = i + 1; j < ranges.Length; j++)
                if (ranges[i].First != 0 && ranges[j].First != 0 && Math.Abs(ranges[i].First - ranges[j].First) < nodes)
                    throw new SettingsException($"{ranges[i].Key} and {ranges[j].Key} are closer than {nodes} nodes need: each node takes the next port");
    }
}
