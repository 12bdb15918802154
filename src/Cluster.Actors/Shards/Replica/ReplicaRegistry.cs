using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

/// <summary>
/// How the replicas of a shard are, as far as this one has heard: each tells the others its own state when it changes and once per second,
/// and a leader hears of progress with every pull and ack. Beside what operators see, it decides only how long the log is kept for them.
/// </summary>
internal sealed class ReplicaRegistry(int shard, Guid self, IShardPeers peers)
{
    /// <summary>Interval of <see cref="Publish"/>.</summary>
    public const long PublishMicros = 250_000;

    /// <summary>A replica whose state has not changed says so nevertheless, so that its silence means something.</summary>
    private const long RepeatMicros = 1_000_000;

    private const long SilenceMicros = 3_500_000;

    private readonly Dictionary<Guid, Heard> _heard = [];
    private Heard _told;

    private readonly record struct Heard(ShardState State, long Applied, long Durable, long At);

    /// <summary>Monotonic µs of the last <see cref="Publish"/>.</summary>
    public long PublishedAt { get; private set; }

    /// <summary>From the replica itself.</summary>
    public void Tell(Guid node, ReplicaStatusMessage status, long now) => _heard[node] = new Heard(status.State, status.Applied, status.Durable, now);

    /// <summary>From its pulls and acks.</summary>
    public void Progress(Guid node, long applied, long durable, long now)
    {
        if (_heard.TryGetValue(node, out var before)) _heard[node] = before with { Applied = applied, Durable = durable, At = now };
    }

    /// <summary>
    /// The oldest record that another member may still pull: the one behind what it has applied, which is never cut. The first of all while nothing
    /// was heard of one of them, so that a new leader forgets nobody. Learners count.
    /// </summary>
    public Lsn NeededFrom(Configuration configuration)
    {
        long applied = long.MaxValue - 1;
        foreach (var member in configuration.Voters) applied = Math.Min(applied, AppliedOf(member.Node));
        foreach (var member in configuration.Learners) applied = Math.Min(applied, AppliedOf(member.Node));
        return new Lsn(applied + 1);
    }

    private long AppliedOf(Guid node) => node == self ? long.MaxValue - 1 : _heard.TryGetValue(node, out var heard) ? heard.Applied : 0;

    public void Publish(ShardCell cell, ReplicaCore core, ShardState ownState, long now)
    {
        PublishedAt = now;
        var own = new Heard(ownState, cell.CommitLsn, cell.DurableLsn, now);
        bool tell = now - _told.At >= RepeatMicros || own with { At = _told.At } != _told;
        if (tell) _told = own;

        var configuration = core.Configuration;
        var replicas = new ReplicaStatus[configuration.Voters.Length + configuration.Learners.Length];
        for (int i = 0; i < replicas.Length; i++)
        {
            bool voter = i < configuration.Voters.Length;
            var node = voter ? configuration.Voters[i].Node : configuration.Learners[i - configuration.Voters.Length].Node;
            if (tell && node != self) peers.Send(node, shard, new ReplicaStatusMessage(own.State, own.Applied, own.Durable));
            var role = node == core.Leader ? ShardRole.Leader : voter ? ShardRole.Follower : ShardRole.Learner;
            var heard = node == self ? own : _heard.GetValueOrDefault(node, new Heard(ShardState.CatchingUp, 0, 0, 0));
            // What a silent replica said last is no news of how it is now.
            bool silent = now - heard.At > SilenceMicros;
            replicas[i] = new ReplicaStatus(node, role, silent ? ShardState.CatchingUp : heard.State, heard.Applied, heard.Durable);
        }

        cell.SetReplicas(replicas);
    }
}
