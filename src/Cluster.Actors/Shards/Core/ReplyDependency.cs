using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// What a reply depends on (R7, R10). A command that looked at data depends on everything it saw: on the commit of the highest pending
/// LSN it met, and on this replica still being the leader, unless its own record proves that by committing behind what it saw.
/// Commands of one batch are merged: the batch is released once, with all its replies.
/// </summary>
/// <param name="Commit">The commit LSN must have reached this.</param>
/// <param name="Flushed">The leader's own log must be durable through this.</param>
/// <param name="Leadership">After that a round must confirm the leadership.</param>
/// <param name="Level">Records up to this must fulfil <paramref name="Policy"/>; none: no such demand.</param>
/// <param name="Policy">ack-n, all or regions(n), of the whole batch.</param>
public readonly record struct ReplyDependency(Lsn Commit, Lsn Flushed, bool Leadership, Lsn Level = default, WritePolicy Policy = default)
{
    public static readonly ReplyDependency None;

    public bool IsNone => Commit.IsNone && Flushed.IsNone && Level.IsNone && !Leadership;

    /// <summary>A write that appended a record at <paramref name="own"/> without looking at anything (SET, FLUSHALL).</summary>
    public static ReplyDependency BlindWrite(Lsn own, WritePolicy policy) => policy.Kind switch
    {
        CommitPolicy.Local => new ReplyDependency(Lsn.None, own, false),
        CommitPolicy.AckN => new ReplyDependency(Lsn.None, Lsn.None, false, own, policy),
        CommitPolicy.All or CommitPolicy.Regions => new ReplyDependency(own, Lsn.None, false, own, policy),
        _ => new ReplyDependency(own, Lsn.None, false),
    };

    /// <summary>
    /// A write that looked before it appended (SET NX, DEL). If it waits for its record's commit anyway, that is behind all that it saw, in
    /// the term that evaluated it: that is the proof. Under a weaker policy what it saw must be committed, and the leadership confirmed.
    /// </summary>
    public static ReplyDependency Write(Lsn own, Lsn seen, WritePolicy policy) => policy.WaitsForCommit
        ? BlindWrite(own, policy)
        : BlindWrite(own, policy) with { Commit = seen, Leadership = true };

    /// <summary>A command that wrote nothing: a read, a failed NX, a DEL of nothing. <paramref name="seen"/> is the highest pending LSN it met, or none.</summary>
    public static ReplyDependency Look(Lsn seen) => new(seen, Lsn.None, true);

    /// <summary>Both. A batch has one policy: where both have a level it is of the same one.</summary>
    public ReplyDependency And(in ReplyDependency other)
    {
        Invariant.Check(Level.IsNone || other.Level.IsNone || Policy == other.Policy, "a batch has one policy");
        return new ReplyDependency(
            Lsn.Max(Commit, other.Commit),
            Lsn.Max(Flushed, other.Flushed),
            Leadership | other.Leadership,
            Lsn.Max(Level, other.Level),
            Level.IsNone ? other.Policy : Policy);
    }
}
