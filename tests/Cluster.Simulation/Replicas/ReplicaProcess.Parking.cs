using Cluster.Actors.Peers.Parking;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Simulation.Replicas;

// What the shard's actor does of parking: who parks when, and that nothing reaches a parked core before it has been told what the heartbeats said (K1).
public sealed partial class ReplicaProcess
{
    private readonly List<Guid> _vouchedTo = [];
    private long _busyAt;

    /// <summary>A leader that has had nothing to do for a while.</summary>
    private void ParkIfIdle()
    {
        if (_world.ParkAfter == 0 || !Core.IsLeading || Now - _busyAt < _world.ParkAfter || !Core.CanPark || _replies.Count > 0 || _serving.Count > 0)
            return;
        Configuration configuration = Core.Configuration;
        foreach (Member member in configuration.Voters.AddRange(configuration.Learners))
        {
            if (member.Node != Node.Id)
                _vouchedTo.Add(member.Node);
        }

        Park();
    }

    /// <summary>A node's heartbeat says that it holds its replica parked in this term.</summary>
    public void Vouched(Guid node, long term, long heardAt)
    {
        if (!IsAlive || Core.Role == ReplicaRole.Leader || Core.Leader != node || Core.Term.Value != term || Core.Bootstrap != BootstrapState.None || !Core.CanPark)
            return;
        Core.NodeContact(node, Core.Term, heardAt);
        _vouchedTo.Add(node);
        Park();
    }

    /// <summary>Before every input. <paramref name="forLeader"/>: a leader speaks; if it is the own one the core wakes by itself, and its pull stays good.</summary>
    public void GoOn(bool forLeader = false)
    {
        if (!Core.Parked)
            return;
        StopVouching();
        if (!forLeader)
            Core.Unpark(Now);
        _busyAt = Now;
    }

    /// <summary>This replica leads. Whoever believes that it leads an earlier term, perhaps parked, is asked at once and once more: it must not prove it.</summary>
    private void ProbeOthers()
    {
        if (_world.ParkAfter == 0)
            return;
        foreach (SimulatedNode node in _world.Nodes)
        {
            if (node.Find(Shard.Index) is not { Core.IsLeading: true } other || other == this)
                continue;
            foreach (long micros in (ReadOnlySpan<long>)[1, 100_000])
                _world.Loop.After(micros, () => other.Node.Take(new ReplicaCallback(other, static p => p.ProbeRead())));
        }
    }

    private void ProbeRead()
    {
        GoOn();
        if (!Core.IsLeading)
            return;
        _replies.Add(new PendingReply(null, 0, Lsn.None, default, WritePolicy.Quorum, true, Core.Term, _world.Loop.Now), ReplyDependency.Look(Lsn.None));
    }

    private void Park()
    {
        foreach (Guid node in _vouchedTo)
            Node.Vouch(node, Shard.Index, Core.Term.Value);
        Core.Park();
        _world.Coverage.Parkings++;
        _world.Trace(this, $"parks as {Core.Role} of {Core.Term}");
    }

    /// <summary>After every input: either it rests and is vouched for, or neither.</summary>
    private void EndParking()
    {
        if (Core.Parked == (_vouchedTo.Count > 0))
            return;
        if (Core.Parked && Core.Configuration.Voters.Length + Core.Configuration.Learners.Length > 1)
            Core.Unpark(Now);
        else if (!Core.Parked)
            StopVouching();
    }

    private void StopVouching()
    {
        foreach (Guid node in _vouchedTo)
        {
            ParkedContact contact = Node.StopVouching(node, Shard.Index);
            if (Core.Role != ReplicaRole.Leader)
                Core.NodeContact(node, Core.Term, contact.HeardAt);
            else
                Core.NodeEcho(node, Core.Term, _world.Planted == OwnerBug.ParkedEchoCountsFromNow ? Now : contact.EchoedAt, Now);
        }

        _vouchedTo.Clear();
    }
}
