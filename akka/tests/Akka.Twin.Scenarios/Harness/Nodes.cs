using System;
using System.Linq;
using System.Threading.Tasks;

namespace Akka.Twin.Scenarios.Harness;

/// <summary>
/// Three places for nodes, each with an address of its own that every process started there has. All are seed nodes, in this order. The
/// resolver is keep-majority. Times are short, but long enough for a machine that is busy with other things: a node that was not heard for
/// 3 s is unreachable, and after 2 s more it is downed.
/// </summary>
internal sealed class Nodes : IDisposable
{
    private readonly Network _network;
    private readonly string _stableAfter;
    private readonly string[] _endpoints;
    private readonly HostProcess[] _processes = new HostProcess[3];

    public Nodes(Network network = null, string stableAfter = "2s")
    {
        _stableAfter = stableAfter;
        _network = network;
        _endpoints = Enumerable.Range(0, 3).Select(i => network is null ? $"127.0.0.1:{Ports.Take()}" : $"{network.AddressOf(i)}:4053").ToArray();
    }

    public HostProcess this[int place] => _processes[place];

    public HostProcess[] All => _processes;

    public string AddressOf(int place) => "akka.tcp://twin@" + _endpoints[place];

    public HostProcess Start(int place)
    {
        string[] endpoint = _endpoints[place].Split(':');
        _processes[place]?.Dispose();
        return _processes[place] = HostProcess.Start(
            $$"""
            akka {
              loglevel = WARNING
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              actor.provider = cluster
              remote {
                dot-netty.tcp { hostname = "{{endpoint[0]}}", port = {{endpoint[1]}} }
                retry-gate-closed-for = 200ms
                transport-failure-detector { heartbeat-interval = 1s, acceptable-heartbeat-pause = 4s }
              }
              cluster {
                seed-nodes = [{{string.Join(", ", Enumerable.Range(0, 3).Select(i => $"\"{AddressOf(i)}\""))}}]
                gossip-interval = 200ms
                leader-actions-interval = 200ms
                unreachable-nodes-reaper-interval = 200ms
                periodic-tasks-initial-delay = 100ms
                failure-detector { heartbeat-interval = 500ms, acceptable-heartbeat-pause = 2500ms }
                split-brain-resolver { active-strategy = keep-majority, stable-after = {{_stableAfter}} }
              }
            }
            """,
            _network?.NamespaceOf(place));
    }

    /// <summary>Starts all three and waits until each sees all Up.</summary>
    public async Task FormAsync()
    {
        for (int place = 0; place < 3; place++) Start(place);
        await AllUpAsync();
    }

    /// <summary>Each of the running ones sees exactly them, Up and reachable.</summary>
    public async Task AllUpAsync()
    {
        var running = _processes.Where(static p => p is { Ended.IsCompleted: false }).ToArray();
        string[] nodes = await Task.WhenAll(running.Select(static p => p.ReadyAsync()));
        await Task.WhenAll(running.Select(p => p.UntilAsync($"only {string.Join(" ", nodes)}, all Up", s => s.IsAllUp(nodes))));
    }

    public void Dispose()
    {
        foreach (var process in _processes) process?.Dispose();
    }
}
