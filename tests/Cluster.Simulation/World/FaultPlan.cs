using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

/// <summary>What goes wrong and when. Any number of things at once: most real failures need two.</summary>
public sealed partial class FaultPlan
{
    private readonly SimulatedWorld _world;
    private readonly SimulationRandom _random;
    private readonly long _meanPause;
    private readonly bool _lossy;
    private bool _active;
    private int _electionsAtHalf;

    public FaultPlan(SimulatedWorld world, SimulationRandom random)
    {
        _world = world;
        _random = random;
        long drawn = random.Between(500_000, 3_000_000);
        _meanPause = world.MeanFaultPause > 0 ? world.MeanFaultPause : drawn;
        _lossy = random.Chance(0.5);
    }

    private SimulatedNode[] Nodes => _world.Nodes;

    public void Begin(long duration)
    {
        _active = true;
        if (_world.Scenario == Scenario.NothingHappens)
            return;
        if (_world.Scenario == Scenario.LeaderDies)
        {
            _world.Loop.After(duration / 2 + _random.Between(0, 1_000_000), KillLeader);
            return;
        }

        if (_lossy)
        {
            _world.Network.Loss = _random.Between(0, 60) / 1000.0;
            _world.Network.Duplication = _random.Between(0, 100) / 1000.0;
            _world.Network.Stragglers = _random.Between(0, 50) / 1000.0;
            _world.Network.MeanDelay = _random.Between(100, 3_000);
        }

        _world.Loop.After(duration / 2, () => _electionsAtHalf = Elections);
        // A run without a change of leaders proves little.
        _world.Loop.After(duration - Math.Min(8_000_000, duration / 4), () =>
        {
            if (_electionsAtHalf == Elections && Leader() is { } leader)
                Crash(leader);
        });
        PlanNext(duration);
    }

    /// <summary>Everything works again; who was down starts.</summary>
    public void End()
    {
        _active = false;
        _world.Trace($"faults stop");
        _world.Network.HealAll();
        foreach (SimulatedNode node in Nodes)
        {
            node.Model.Heal();
            node.Clock.JumpTo(0);
            node.Resume();
            node.Start();
        }
    }

    /// <summary>
    /// The second half of a fault: not once faults have stopped. What began after that took its time from the ten seconds within which
    /// service has to return.
    /// </summary>
    private void Later(long micros, Action fault) => _world.Loop.After(micros, () =>
    {
        if (_active)
            fault();
    });

    private int Elections
    {
        get
        {
            int sum = 0;
            foreach (ShardGroup shard in _world.Shards)
                sum += shard.Checker.Elections;
            return sum;
        }
    }

    private void KillLeader()
    {
        if (Leader() is not { } leader)
            _world.Fail("nobody leads although nothing has happened");
        else
            leader.Crash();
    }

    private void PlanNext(long until) => _world.Loop.After(_random.Around(_meanPause), () =>
    {
        if (!_active || _world.Loop.Now >= until)
            return;
        if (_random.Chance(0.9))
            _world.Clients.Burst();
        _world.Coverage.Faults++;
        Strike();
        PlanNext(until);
    });

    private void Strike()
    {
        switch (_random.Below(30))
        {
            case 0 or 1 or 2:
                Crash(Victim());
                break;
            case 3:
                CrashAll();
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
                PartHalves();
                break;
            case 10:
                Pause(Victim());
                break;
            case 11 or 12:
                SlowDisk(Victim());
                break;
            case 13:
                HangDisk(Victim());
                break;
            case 14:
                FailSync(Victim());
                break;
            case 15 or 16:
                SwapSides();
                break;
            case 17:
                JumpClock(Victim());
                break;
            case 18 or 19:
                Transfer();
                break;
            case 20:
                Leave(Victim());
                break;
            case 21 or 22:
                Suspend(Leader() ?? Victim());
                break;
            case 23 or 24:
                TransferAndPart();
                break;
            case 25 or 26 or 27:
                ChangeMembers();
                break;
            case 28:
                LoseFolder();
                break;
            default:
                _world.Coverage.Resignations++;
                Victim().Give(static p => p.Resign());
                break;
        }
    }

    private SimulatedNode? Leader()
    {
        int start = _random.Below(Nodes.Length);
        for (int i = 0; i < Nodes.Length; i++)
        {
            SimulatedNode node = Nodes[(start + i) % Nodes.Length];
            if (node.LeadsAny)
                return node;
        }

        return null;
    }

    /// <summary>One that leads half of the time.</summary>
    private SimulatedNode Victim()
    {
        SimulatedNode? leader = _random.Chance(0.5) ? Leader() : null;
        return leader ?? Nodes[_random.Below(Nodes.Length)];
    }
}
