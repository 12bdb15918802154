using Cluster.Actors.Shards.Core;
using Cluster.Simulation.Replicas;

namespace Cluster.Simulation.World;

// Who replicates what, and folders that vanish.
public sealed partial class FaultPlan
{
    private void ChangeMembers()
    {
        ShardGroup shard = _world.Shards[_random.Below(_world.Shards.Length)];
        if (LeaderOf(shard) is not { } leader)
            return;
        Configuration configuration = leader.Core.Configuration;
        bool adds = configuration.Voters.Length + configuration.Promoting < _world.Replicas || _random.Chance(0.5);
        if (adds && Stranger(configuration) is { } node)
        {
            _world.Trace(node, $"is to replicate shard {shard.Index}");
            _world.Coverage.ReplicasCreated++;
            node.Create(shard);
            node.Open(shard);
            leader.Node.Take(new ReplicaCallback(leader, p => p.AddReplica(node.Id)));
        }
        else if (configuration.Voters.Length > 2)
        {
            Member victim = configuration.Voters[_random.Below(configuration.Voters.Length)];
            _world.Trace($"shard {shard.Index}: node {SimulatedWorld.IndexOf(victim.Node)} is to replicate it no longer");
            leader.Node.Take(new ReplicaCallback(leader, p => Remove(p, victim.Node)));
        }

        _world.Loop.After(_random.Between(500_000, 4_000_000), () => DeleteStrangers(shard));
    }

    /// <summary>
    /// The folder of one replica is gone while its node is down. Never while another replica of the shard is in doubt or on its way: what
    /// two have lost no protocol brings back. Nor while a change of voters is in any log and not committed, be it the log of a leader of the past:
    /// where one of three removes another and the third loses its folder, the two that are whole have no majority in the log that is the newer.
    /// </summary>
    private void LoseFolder()
    {
        ShardGroup shard = _world.Shards[_random.Below(_world.Shards.Length)];
        if (shard.Committed.Voters.Length < 3 || LeaderOf(shard) is not { } leader)
            return;
        Configuration configuration = leader.Core.Configuration;
        if (AnyInDoubt(shard, configuration) || configuration.Lsn != shard.Committed.Lsn || !configuration.Learners.IsEmpty || AnyChangeUnderWay(shard))
            return;
        SimulatedNode node = Nodes[SimulatedWorld.IndexOf(configuration.Voters[_random.Below(configuration.Voters.Length)].Node)];
        _world.Coverage.FoldersLost++;
        _world.Trace(node, $"loses its folder of shard {shard.Index}");
        Crash(node);
        node.LoseFolder(shard);
        node.Create(shard);
    }

    /// <summary>
    /// A voter that lost its folder counts for nothing until it was renewed. Who removes another meanwhile may be left without a majority
    /// for ever.
    /// </summary>
    private bool AnyInDoubt(ShardGroup shard, Configuration configuration)
    {
        foreach (Member voter in configuration.Voters)
        {
            SimulatedNode node = Nodes[SimulatedWorld.IndexOf(voter.Node)];
            if (!node.Machine.HasReplica(shard.Index) || node.Machine.StateOf(shard.Index)!.Value.Incarnation != voter.Incarnation)
                return true;
        }

        return false;
    }

    /// <summary>Some replica, whether it runs or not, has a configuration that is not committed.</summary>
    private bool AnyChangeUnderWay(ShardGroup shard)
    {
        foreach (SimulatedNode node in Nodes)
        {
            if (node.NewestConfiguration(shard.Index) is not { } newest || newest.Lsn < shard.Committed.Lsn)
                continue;
            if (newest.Lsn > shard.Committed.Lsn || ShardGroup.Text(newest) != ShardGroup.Text(shard.Committed))
                return true;
        }

        return false;
    }

    /// <summary>A leader of the first moment is asked for a change: its predecessor's may be under way.</summary>
    public void LeaderElected(ReplicaProcess leader)
    {
        if (!_active || !_random.Chance(_world.Settings.Planted == PlantedBug.ConfigurationBeforeNoOp ? 0.5 : 0.05))
            return;
        Configuration configuration = leader.Core.Configuration;
        _world.Loop.After(_random.Between(0, 300), new ReplicaCallback(leader, p => Remove(p, configuration.Voters[0].Node)));
    }

    private void Remove(ReplicaProcess leader, Guid node)
    {
        if (leader.Core.Configuration.Voters.Length > 2 && !AnyInDoubt(leader.Shard, leader.Core.Configuration))
            leader.RemoveReplica(node);
    }

    /// <summary>Placement: what is no member any more has no folder.</summary>
    private void DeleteStrangers(ShardGroup shard)
    {
        foreach (SimulatedNode node in Nodes)
        {
            if (!node.Machine.HasReplica(shard.Index) || shard.Committed.TryFind(node.Id, out _) || IsWanted(shard, node) || _random.Chance(0.3))
                continue;
            _world.Trace(node, $"deletes its replica of shard {shard.Index}");
            _world.Coverage.ReplicasDeleted++;
            node.LoseFolder(shard);
        }
    }

    /// <summary>Some replica's newest configuration lists it.</summary>
    private bool IsWanted(ShardGroup shard, SimulatedNode node)
    {
        foreach (SimulatedNode other in Nodes)
        {
            if (other != node && other.Find(shard.Index) is { Core.IsLeading: true } process && process.Core.Configuration.TryFind(node.Id, out _))
                return true;
        }

        return false;
    }

    private SimulatedNode? Stranger(Configuration configuration)
    {
        int start = _random.Below(Nodes.Length);
        for (int i = 0; i < Nodes.Length; i++)
        {
            SimulatedNode node = Nodes[(start + i) % Nodes.Length];
            if (!configuration.TryFind(node.Id, out _))
                return node;
        }

        return null;
    }

    private ReplicaProcess? LeaderOf(ShardGroup shard)
    {
        ReplicaProcess? newest = null;
        foreach (SimulatedNode node in Nodes)
        {
            if (node.Find(shard.Index) is { Core.IsLeading: true } process && (newest == null || process.Core.Term > newest.Core.Term))
                newest = process;
        }

        return newest;
    }
}
