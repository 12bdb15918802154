using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

/// <summary>What goes wrong and when. Any number of things at once: most real failures need two.</summary>
public sealed class FaultPlan
{
    private readonly SimulatedCluster _simulation;
    private readonly SimulationRandom _random;
    private readonly long _meanPause;
    private readonly bool _lossy;
    private bool _active;

    public FaultPlan(SimulatedCluster simulation, SimulationRandom random)
    {
        _simulation = simulation;
        _random = random;
        long drawn = random.Between(250_000, 1_500_000);
        _meanPause = simulation.MeanFaultPause > 0 ? simulation.MeanFaultPause : drawn;
        _lossy = random.Chance(0.5);
    }

    private SimulatedNode[] Nodes => _simulation.Nodes;

    public void Begin(long duration)
    {
        _active = true;
        if (_simulation.Scenario == Scenario.LeaderDies)
        {
            _simulation.Loop.After(duration / 2 + _random.Between(0, 1_000_000), KillLeader);
            return;
        }

        if (_lossy)
        {
            _simulation.Network.Loss = _random.Between(0, 60) / 1000.0;
            _simulation.Network.Duplication = _random.Between(0, 100) / 1000.0;
            _simulation.Network.Stragglers = _random.Between(0, 50) / 1000.0;
        }

        PlanNext(duration);
    }

    /// <summary>Everything works again; who was down starts.</summary>
    public void End()
    {
        _active = false;
        _simulation.Trace(null, $"faults stop");
        _simulation.Network.HealAll();
        foreach (SimulatedNode node in Nodes)
        {
            node.Model.Slowness = 1;
            node.Model.FailNextSync = false;
            node.Resume();
            node.Start();
        }
    }

    private void KillLeader()
    {
        SimulatedNode? leader = Array.Find(Nodes, n => n.Process is { Core.CanAppend: true });
        if (leader == null)
            _simulation.Fail("nobody leads although nothing has happened");
        leader!.Crash();
    }

    private void PlanNext(long until)
    {
        _simulation.Loop.After(_random.Around(_meanPause), () =>
        {
            if (!_active || _simulation.Loop.Now >= until)
                return;
            Strike();
            PlanNext(until);
        });
    }

    private void Strike()
    {
        switch (_random.Below(16))
        {
            case 0 or 1 or 2:
                Crash(Victim());
                break;
            case 3:
                foreach (SimulatedNode node in Nodes)
                    Crash(node);
                break;
            case 4 or 5:
                Isolate(Victim(), inward: true, outward: true);
                break;
            case 6:
                Isolate(Victim(), inward: true, outward: false);
                break;
            case 7:
                Isolate(Victim(), inward: false, outward: true);
                break;
            case 8:
                CutOneLink();
                break;
            case 9:
                Pause(Victim());
                break;
            case 10 or 14:
                SlowDisk(Victim());
                break;
            case 11 or 12:
                SwapSides();
                break;
            case 13:
                _simulation.Coverage.Resignations++;
                Victim().Give(static p => p.Resign());
                break;
            default:
                _simulation.Trace(Victim(), $"the next sync fails");
                _simulation.Coverage.SyncFailures++;
                Victim().Model.FailNextSync = true;
                break;
        }
    }

    /// <summary>The leader half of the time.</summary>
    private SimulatedNode Victim()
    {
        SimulatedNode? leader = Array.Find(Nodes, n => n.Process is { Core.Role: ReplicaRole.Leader });
        return leader != null && _random.Chance(0.5) ? leader : Nodes[_random.Below(Nodes.Length)];
    }

    private void Crash(SimulatedNode node)
    {
        _simulation.Coverage.Crashes++;
        node.Crash();
        _simulation.Loop.After(_random.Between(20_000, 3_000_000), node.Start);
    }

    /// <summary>
    /// Who was cut off or down comes back at the moment when the leader goes: the hour of stale logs. A leader of the past whose tail
    /// nobody knows meets voters that have not heard of it for long.
    /// </summary>
    private void SwapSides()
    {
        _simulation.Trace(null, $"sides swap");
        SimulatedNode? leader = Array.FindLast(Nodes, n => n.Process is { Core.CanAppend: true });
        _simulation.Network.HealLinks();
        foreach (SimulatedNode node in Nodes)
            node.Start();
        if (leader != null)
            Crash(leader);
    }

    private void Pause(SimulatedNode node)
    {
        _simulation.Coverage.Pauses++;
        _simulation.Trace(node, $"stands still");
        node.Pause();
        _simulation.Loop.After(_random.Between(50_000, 4_000_000), () =>
        {
            _simulation.Trace(node, $"goes on");
            node.Resume();
        });
    }

    private void SlowDisk(SimulatedNode node)
    {
        _simulation.Trace(node, $"slow disk");
        node.Model.Slowness = _random.Chance(0.3) ? 50_000 : (int)_random.Between(10, 5_000);
        _simulation.Loop.After(_random.Between(200_000, 4_000_000), () => node.Model.Slowness = 1);
    }

    private void Isolate(SimulatedNode node, bool inward, bool outward)
    {
        _simulation.Coverage.Partitions++;
        _simulation.Trace(node, $"isolated {(inward ? "inward" : "")} {(outward ? "outward" : "")}");
        long duration = _random.Between(100_000, 5_000_000);
        foreach (SimulatedNode other in Nodes)
        {
            if (other == node)
                continue;
            if (inward)
                CutFor(other.Index, node.Index, duration);
            if (outward)
                CutFor(node.Index, other.Index, duration);
        }
    }

    private void CutOneLink()
    {
        int from = _random.Below(Nodes.Length);
        int to = _random.Below(Nodes.Length);
        _simulation.Trace(Nodes[from], $"no way to {to}");
        CutFor(from, to, _random.Between(100_000, 5_000_000));
    }

    private void CutFor(int from, int to, long duration)
    {
        _simulation.Network.Cut(from, to);
        bool noticed = _random.Chance(0.5);
        _simulation.Loop.After(duration, () =>
        {
            _simulation.Network.Heal(from, to);
            if (!noticed)
                return;
            Nodes[from].Give(p => p.LinkRestored(Nodes[to].Id));
            Nodes[to].Give(p => p.LinkRestored(Nodes[from].Id));
        });
    }
}
