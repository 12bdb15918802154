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
public readonly record struct ReplyDependency(Lsn Commit, Lsn Flushed, bool Leadership)
{
    public static readonly ReplyDependency None;

    public bool IsNone => Commit.IsNone && Flushed.IsNone && !Leadership;

    /// <summary>A write that appended a record at <paramref name="own"/> without looking at anything (SET, FLUSHALL).</summary>
    public static ReplyDependency BlindWrite(Lsn own, CommitPolicy policy) => policy == CommitPolicy.Local
        ? new ReplyDependency(Lsn.None, own, false)
        : new ReplyDependency(own, Lsn.None, false);

    /// <summary>
    /// A write that looked before it appended (SET NX, DEL). Under quorum its record commits only behind all that it saw, in the term
    /// that evaluated it: that is the proof. Under a weaker policy what it saw must be committed, and the leadership confirmed.
    /// </summary>
    public static ReplyDependency Write(Lsn own, Lsn seen, CommitPolicy policy) => policy == CommitPolicy.Local
        ? new ReplyDependency(seen, own, true)
        : new ReplyDependency(own, Lsn.None, false);

    /// <summary>A command that wrote nothing: a read, a failed NX, a DEL of nothing. <paramref name="seen"/> is the highest pending LSN it met, or none.</summary>
    public static ReplyDependency Look(Lsn seen) => new(seen, Lsn.None, true);

    public ReplyDependency And(in ReplyDependency other) =>
        new(Lsn.Max(Commit, other.Commit), Lsn.Max(Flushed, other.Flushed), Leadership | other.Leadership);
}
