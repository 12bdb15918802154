using Cluster.Actors.Shards.Core;

namespace Cluster.Actors.Shards;

/// <summary>What a replica has heard from the others of its shard: for operators only, nothing is decided by it.</summary>
internal sealed class ReplicaRegistry(Guid self)
{
    /// <summary>A replica that had caught up counts as catching up again when it is this many records behind, or silent for that long.</summary>
    private const long LagRecords = 16 * 1024;

    private const long SilenceMicros = 3_000_000;

    private readonly Dictionary<Guid, Progress> _heard = [];

    private readonly record struct Progress(long Applied, long Durable, long At, bool CaughtUp);

    /// <summary>Monotonic µs of the last <see cref="Publish"/>.</summary>
    public long PublishedAt { get; private set; }

    public void Heard(Guid node, long applied, long durable, long commit, long now)
    {
        bool was = _heard.TryGetValue(node, out var before) && before.CaughtUp && now - before.At < SilenceMicros;
        _heard[node] = new Progress(applied, durable, now, was ? durable + LagRecords >= commit : durable >= commit);
    }

    public void Publish(ShardCell cell, ReplicaCore core, long now, ShardState ownState)
    {
        PublishedAt = now;
        var configuration = core.Configuration;
        var replicas = new List<ReplicaStatus>(configuration.Voters.Length + configuration.Learners.Length);
        foreach (var member in configuration.Voters) replicas.Add(StatusOf(member, voter: true));
        foreach (var member in configuration.Learners) replicas.Add(StatusOf(member, voter: false));
        cell.SetReplicas([.. replicas]);

        ReplicaStatus StatusOf(Member member, bool voter)
        {
            var role = member.Node == core.Leader ? ShardRole.Leader : voter ? ShardRole.Follower : ShardRole.Learner;
            if (member.Node == self) return new ReplicaStatus(self, role, ownState, cell.CommitLsn, cell.DurableLsn);
            var progress = _heard.GetValueOrDefault(member.Node);
            var state = role == ShardRole.Leader ? ShardState.Leading
                : core.Role == ReplicaRole.Leader && !(progress.CaughtUp && now - progress.At < SilenceMicros) ? ShardState.CatchingUp
                : ShardState.Replicating;
            return new ReplicaStatus(member.Node, role, state, progress.Applied, progress.Durable);
        }
    }
}
