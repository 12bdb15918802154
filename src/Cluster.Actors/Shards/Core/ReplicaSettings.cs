using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>Times are µs on the monotonic clock whose readings are passed as `now`. All replicas of a shard should have the same.</summary>
public sealed record ReplicaSettings
{
    /// <summary>
    /// The minimum election timeout: within it after hearing a leader nobody votes, and a leader without a fresh majority of echoes
    /// steps down. A replica campaigns after a random 1 to 1.5 times this: with candidates that stand back
    /// for each other (ReplicaCore.Suspicion.cs) that is spread enough.
    /// </summary>
    public long ElectionTimeoutMicros { get; init; } = 1_000_000;

    /// <summary>Record bytes in one answer; at least one part of a record always fits.</summary>
    public int AnswerBytesMax { get; init; } = 64 * 1024;

    /// <summary>How long the leader keeps a poll that only news of the commit LSN could answer: under load that news travels with records.</summary>
    public long CommitNoticeMicros { get; init; } = 10_000;

    /// <summary>A leader whose own disk is behind the commit LSN for this long hands over (R6).</summary>
    public long FlushLagMicrosMax { get; init; } = 2_000_000;

    /// <summary>... or by this many bytes.</summary>
    public long FlushLagBytesMax { get; init; } = 256L << 20;

    /// <summary>How reads at the leader are proved (R7).</summary>
    public ReadMode Reads { get; init; } = ReadMode.Quorum;

    /// <summary>
    /// By how much the clocks of two nodes may differ in speed, in percent: the lease is shorter than the minimum election timeout by this.
    /// Real clocks stay below 0.1; the rest is for suspended virtual machines whose clock catches up late.
    /// </summary>
    public int ClockDriftPercent { get; init; } = 10;

    /// <summary>How long a planned transfer of leadership may take before the leader goes on itself. Clients wait meanwhile.</summary>
    public long TransferMicros { get; init; } = 1_000_000;

    /// <summary>Entries of the timeline in one `Diverged` answer. A replica that needs older ones finds them in its next pulls.</summary>
    public int TimelineEntriesMax { get; init; } = 1024;

    /// <summary>Longest poll, and the interval of the leader's sign of life to members that do not pull (replication rule e).</summary>
    public long HeartbeatMicros => ElectionTimeoutMicros / 3;

    /// <summary>The lease, from the sending of what a majority has returned (R7).</summary>
    public long LeaseMicros => ElectionTimeoutMicros - ElectionTimeoutMicros / 100 * ClockDriftPercent;

    /// <summary>Errors built in on purpose, for the simulator to find. Never set outside tests.</summary>
    internal PlantedBug Planted { get; init; }

    public ReplicaSettings Validated()
    {
        Invariant.Check(ElectionTimeoutMicros >= 1_000, "election timeout of at least 1 ms");
        Invariant.Check(AnswerBytesMax >= 1, "an answer holds at least a byte");
        Invariant.Check(TimelineEntriesMax >= 1, "a timeline answer holds at least an entry");
        Invariant.Check(CommitNoticeMicros >= 0 && FlushLagMicrosMax > 0 && FlushLagBytesMax > 0, "limits are positive");
        Invariant.Check(ClockDriftPercent is > 0 and < 100 && TransferMicros > 0, "the drift bound is a part of the election timeout, and a transfer takes time");
        return this;
    }
}
