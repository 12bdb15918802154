using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Bench;

/// <summary>Three nodes as fresh processes of their own, and when they saw what.</summary>
internal sealed class ClusterProcesses : IDisposable
{
    private const int Count = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ChildProcess[] _nodes = new ChildProcess[Count];
    private readonly int[] _ports = FreePorts();

    /// <summary>Starts one. Its seed nodes: the first alone, or all.</summary>
    public long Start(int node, bool seedAlone)
    {
        var begun = Stopwatch.GetTimestamp();
        var seeds = seedAlone ? _ports[..1] : _ports;
        _nodes[node] = ChildProcess.Start(
            ClusterNode.Part, Text(_ports[node]), string.Join(',', seeds.Select(Text)), Text(Count));
        return begun;
    }

    /// <summary>When the last of the nodes said it.</summary>
    public long AwaitAll(string what, params int[] nodes) => nodes.Max(node => Await(what, node));

    public void Kill(int node) => _nodes[node].Process.Kill();

    public void Dispose()
    {
        foreach (var node in _nodes)
            node?.Dispose();
    }

    private long Await(string what, int node)
    {
        var reading = Task.Run(() =>
        {
            while (_nodes[node].Output.ReadLine() is { } line)
            {
                var words = line.Split(' ');
                if (words[0] == what)
                    return long.Parse(words[1], CultureInfo.InvariantCulture);
            }

            throw new InvalidOperationException($"node {node} ended before it said '{what}'");
        });
        return reading.Wait(Limit) ? reading.Result : throw new TimeoutException($"node {node} did not say '{what}' within {Limit}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Below the range that the system hands out by itself: nobody takes them meanwhile.</summary>
    private static int[] FreePorts()
    {
        var ports = new List<int>();
        while (ports.Count < Count)
        {
            var port = Random.Shared.Next(9_000, 12_000);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                if (!ports.Contains(port))
                    ports.Add(port);
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }

        return [.. ports];
    }
}
