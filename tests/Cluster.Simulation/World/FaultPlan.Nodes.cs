using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

// Processes, machines, disks, clocks.
public sealed partial class FaultPlan
{
    private void Crash(SimulatedNode node)
    {
        _world.Coverage.Crashes++;
        node.Crash();
        _world.Loop.After(_random.Between(20_000, 3_000_000), node.Start);
    }

    private void CrashAll()
    {
        _world.Coverage.CrashesOfAll++;
        foreach (SimulatedNode node in Nodes)
            Crash(node);
    }

    /// <summary>
    /// Who was cut off or down comes back at the moment when the leader goes: the hour of stale logs. A leader of the past whose tail
    /// nobody knows meets voters that have not heard of it for long.
    /// </summary>
    private void SwapSides()
    {
        _world.Trace($"sides swap");
        SimulatedNode? leader = Leader();
        _world.Network.HealLinks();
        foreach (SimulatedNode node in Nodes)
            node.Start();
        if (leader != null)
            Crash(leader);
    }

    private void Pause(SimulatedNode node)
    {
        _world.Coverage.Pauses++;
        _world.Trace(node, $"stands still");
        node.Pause();
        _world.Loop.After(_random.Between(50_000, 4_000_000), () =>
        {
            _world.Trace(node, $"goes on");
            node.Resume();
        });
    }

    /// <summary>
    /// A machine stands still and comes back without its network: what came before the stop is read as if it were new, and nobody says
    /// that others lead by now. The hour of leases.
    /// </summary>
    private void Suspend(SimulatedNode node)
    {
        _world.Coverage.Suspensions++;
        long duration = _random.Between(1_300_000, 4_000_000);
        Later(_random.Between(0, 60_000), () => Suspend(node, duration));
    }

    private void Suspend(SimulatedNode node, long duration)
    {
        _world.Trace(node, $"is suspended");
        node.Pause();
        Later(_random.Between(500, 20_000), () => Isolate(node, inward: true, outward: true, duration + _random.Between(100_000, 1_500_000)));
        // Others lead by then; who asks here now is answered at the moment when it wakes.
        _world.Loop.After(duration - _random.Between(100_000, 600_000), _world.Clients.Burst);
        _world.Loop.After(duration, () =>
        {
            _world.Trace(node, $"is resumed");
            node.Resume();
            _world.Clients.Burst();
        });
    }

    /// <summary>A leader that hands over does not hear what comes of it.</summary>
    private void TransferAndPart()
    {
        if (Leader() is not { } leader)
            return;
        _world.Coverage.TransfersParted++;
        leader.Give(static p => p.Transfer(null, TransferReason.Requested));
        Later(_random.Between(0, 3_000), () => Isolate(leader, inward: true, outward: _random.Chance(0.3), _random.Between(300_000, 2_000_000)));
    }

    private void SlowDisk(SimulatedNode node)
    {
        _world.Coverage.SlowDisks++;
        _world.Trace(node, $"slow disk");
        node.Model.Slowness = (int)_random.Between(10, 2_000);
        _world.Loop.After(_random.Between(200_000, 4_000_000), () => node.Model.Slowness = 1);
    }

    private void HangDisk(SimulatedNode node)
    {
        _world.Coverage.HungDisks++;
        long duration = _random.Between(500_000, 8_000_000);
        _world.Trace(node, $"disk hangs for {duration / 1e6} s");
        node.Model.HangUntil(_world.Loop.Now + duration);
    }

    /// <summary>Every leader hands over: to someone of its own choice, or to a node that may be anything.</summary>
    private void Transfer()
    {
        Guid? target = _random.Chance(0.5) ? Nodes[_random.Below(Nodes.Length)].Id : null;
        _world.Trace($"leaders hand over to {SimulatedWorld.NameOf(target)}");
        foreach (SimulatedNode node in Nodes)
            node.Give(p => p.Transfer(target, TransferReason.Requested));
    }

    /// <summary>A planned stop: the leaders of the node hand over, then its process ends.</summary>
    private void Leave(SimulatedNode node)
    {
        _world.Coverage.NodesLeft++;
        _world.Trace(node, $"leaves");
        node.Give(static p => p.Transfer(null, TransferReason.Leaving));
        Later(_random.Between(10_000, 1_200_000), () => Crash(node));
    }

    private void FailSync(SimulatedNode node)
    {
        _world.Trace(node, $"the next sync fails");
        _world.Coverage.SyncFailures++;
        node.Model.FailNextSync = true;
    }

    private void JumpClock(SimulatedNode node)
    {
        _world.Coverage.ClockJumps++;
        long offset = _random.Chance(0.3) ? _random.Between(-100_000, 100_000) : _random.Between(-300_000_000, 300_000_000);
        _world.Trace(node, $"wall clock off by {offset / 1e6} s");
        node.Clock.JumpTo(offset);
        _world.Loop.After(_random.Between(500_000, 10_000_000), () => node.Clock.JumpTo(0));
    }
}
