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
    private readonly Dictionary<Guid, long> _sent = [];
    private readonly HeadHistory _heads = new();
    private Heard _told;

    private static readonly Heard Unheard = new(ShardState.CatchingUp, 0, 0, 0, 0, 0);

    private readonly record struct Heard(ShardState State, long Applied, long Durable, long ApplyErrors, long Divergences, long At);

    /// <summary>Monotonic µs of the last <see cref="Publish"/>.</summary>
    public long PublishedAt { get; private set; }

    /// <summary>Somebody may not have heard how this replica is: it is told with the next <see cref="Publish"/>.</summary>
    public void TellAgain() => _told = default;

    /// <summary>From the replica itself.</summary>
    public void Tell(Guid node, ReplicaStatusMessage status, long now) =>
        _heard[node] = new Heard(status.State, status.Applied, status.Durable, status.ApplyErrors, status.Divergences, now);

    /// <summary>From its pulls and acks; also of one that is gone before it has said more of itself.</summary>
    public void Progress(Guid node, long applied, long durable, long now) =>
        _heard[node] = _heard.GetValueOrDefault(node, Unheard) with { Applied = applied, Durable = durable, At = now };

    /// <summary>What an earlier leadership has sent is of the past. Since when the log is as long as it is stays true.</summary>
    public void BeginLeading() => _sent.Clear();

    /// <summary>Records up to here are on their way to it.</summary>
    public void Sent(Guid node, Lsn through) => _sent[node] = through.Value;

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

    /// <summary>It was silent by agreement, and so were the others: their silence counts from now.</summary>
    public void Resume(long now)
    {
        _heads.Resume(now);
        foreach (var node in (Guid[])[.. _heard.Keys]) _heard[node] = _heard[node] with { At = now };
    }

    /// <param name="final">It says so once more: it is going to be silent.</param>
    public void Publish(ShardCell cell, ReplicaCore core, ShardState ownState, long now, bool final = false)
    {
        PublishedAt = now;
        bool leads = ownState == ShardState.Leading;
        var counters = cell.Counters;
        var own = new Heard(ownState, cell.CommitLsn, cell.DurableLsn, counters.ApplyErrors, counters.Divergences, now);
        bool tell = final || now - _told.At >= RepeatMicros || own with { At = _told.At } != _told;
        if (tell) _told = own;

        // Another replica's newest record is the head, as far as one that does not lead can know.
        long head = cell.AppendedLsn;
        _heads.Note(head, now);
        if (!leads) foreach (var heard in _heard.Values) head = Math.Max(head, heard.Durable);

        var configuration = core.Configuration;
        int voters = configuration.Voters.Length;
        var replicas = new ReplicaStatus[voters + configuration.Learners.Length];
        var reports = new ReplicaReport[replicas.Length];
        long safe = long.MaxValue;
        for (int i = 0; i < replicas.Length; i++)
        {
            bool voter = i < voters;
            var member = voter ? configuration.Voters[i] : configuration.Learners[i - voters];
            var node = member.Node;
            if (tell && node != self) peers.Send(node, shard, new ReplicaStatusMessage(own.State, own.Applied, own.Durable, own.ApplyErrors, own.Divergences));
            var role = node == core.Leader ? ShardRole.Leader : voter ? ShardRole.Follower : ShardRole.Learner;
            var heard = node == self ? own : _heard.GetValueOrDefault(node, Unheard);
            // What a silent replica said last is no news of how it is now.
            bool silent = now - heard.At > SilenceMicros;
            replicas[i] = new ReplicaStatus(node, role, silent ? ShardState.CatchingUp : heard.State, heard.Applied, heard.Durable);
            reports[i] = new ReplicaReport(
                node, role, replicas[i].State, member.Incarnation, heard.Applied, heard.Durable, leads ? _sent.GetValueOrDefault(node) : 0,
                Math.Max(0, head - heard.Applied), leads ? _heads.LagMicros(heard.Applied, now) : -1, heard.At == 0 ? -1 : now - heard.At, heard.ApplyErrors, heard.Divergences);
            safe = Math.Min(safe, heard.Applied);
        }

        cell.SetReplicas(replicas);
        cell.Report = new ShardReport(leads, cell.AppendedLsn, cell.CommitLsn, safe == long.MaxValue ? 0 : safe, leads ? CommitHolder(core) : null, now, reports);
    }

    /// <summary>
    /// Ordered by what they have durable, the voter at the majority's place decides how far the commit LSN is: the others before it have more, and
    /// those behind it are not needed.
    /// </summary>
    private static Guid? CommitHolder(ReplicaCore core)
    {
        if (core.Commit >= core.Last) return null;
        var voters = new List<(Lsn Durable, Guid Node)>(core.MemberCount + 1);
        foreach (var voter in core.Configuration.Voters)
            if (core.Leader == voter.Node) voters.Add((core.Flushed, voter.Node));
        for (int i = 0; i < core.MemberCount; i++)
            if (core.MemberAt(i) is { IsVoter: true } member) voters.Add((member.Durable, member.Member.Node));
        if (voters.Count < core.Configuration.Majority) return null;
        voters.Sort(static (a, b) => b.Durable.CompareTo(a.Durable));
        return voters[core.Configuration.Majority - 1].Node;
    }
}
