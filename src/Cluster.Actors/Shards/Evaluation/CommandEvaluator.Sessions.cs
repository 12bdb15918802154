using System.Globalization;
using System.Text.Unicode;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Sessions;

namespace Cluster.Actors.Shards;

// Writes of sessions (R11). A stamped batch is one sequence of its session; each of its records carries the replies of the writes up to it, so what a retry finds tells which
// commands were applied and what they were answered. Records of one batch lie in the log in the order of its commands, so what a new leader has of them is a prefix:
//   commands up to the last one with a reply there   are answered from it; those between that left none (reads) are definitely not evaluated again: a later one was applied
//   commands behind it                               are evaluated now, if no later sequence of the session was applied; else never
// A batch that comes for the first time has a sequence above all that its session has appended, by C1 and the order of the forward streams; sequences that wrote nothing
// leave no record, so there may be a gap. A client that counts itself (CLUSTER SESSION) may not leave one out, and each of its sequences leaves a record.
//
// Whatever a retry is answered waits for the commit of all that was in the log when it was judged: only then can no other leader come upon the record of an earlier attempt.
internal sealed partial class CommandEvaluator
{
    private readonly PooledBytes _items = new();

    /// <summary>The command whose record is stamped next; a record of a session's write that forgets its stamp would be applied again by a retry.</summary>
    private int _stamped = -1;

    /// <summary>Decides what of a stamped batch is still to be evaluated: the commands from the returned index on that have no reply.</summary>
    private int Resume(CommandBatch batch, ref ReplyDependency dependency)
    {
        var sessions = store.Sessions;
        if (!batch.MayBeAppended)
        {
            if (sessions.HighestOf(batch.Stamp.Id) < batch.Stamp.Sequence) return 0;
            batch.RefuseUnanswered(ShardErrors.LeaderChanged);
            return batch.Count;
        }

        dependency = dependency.And(ReplyDependency.Look(store.LastLsn));
        switch (sessions.Judge(batch.Stamp, mayLeaveOut: !batch.IsExplicit, out var lsn, out var reply, out bool isKept))
        {
            case SessionVerdict.Append:
                return 0;
            case SessionVerdict.Repeat:
                return Repeat(batch, lsn, reply, isKept, isNewest: sessions.HighestOf(batch.Stamp.Id) == batch.Stamp.Sequence);
            case SessionVerdict.NothingWritten:
                SetDefinite(batch, 0, ShardErrors.LeaderChanged);
                return batch.Count;
            case SessionVerdict.Gap:
                SetGap(batch, sessions.HighestOf(batch.Stamp.Id));
                return batch.Count;
            default:
                SetUnknown(batch, Lsn.None);
                return batch.Count;
        }
    }

    /// <summary>What the record of the command is stamped with; its reply is set before it is appended. Valid until the next call.</summary>
    private SessionWrite Write(CommandBatch batch, int index)
    {
        if (!batch.HasStamp) return default;
        _stamped = index;
        EncodeReplies(batch, index);
        return new SessionWrite(batch.Stamp, _items.Written);
    }

    /// <summary>The command's record is in the log.</summary>
    private void NoteRecord(CommandBatch batch, int index, Lsn lsn)
    {
        if (!batch.HasStamp) return;
        Invariant.Check(_stamped == index, "R11: every record of a session's write is stamped");
        _stamped = -1;
        batch.RecordedThrough = index;
        batch.NewestRecord = lsn;
    }

    /// <summary>
    /// The batch has waited for values, and meanwhile another attempt of the same write has come: its sender has sent it again in a newer stream, or its client through another
    /// connection. Then this attempt appends no more.
    /// </summary>
    private bool IsOvertaken(CommandBatch batch, int from)
    {
        if (batch.Owner is ForwardOrigin { IsOver: true }) return true;
        // From its start it is judged as a whole.
        if (from == 0) return false;
        long highest = store.Sessions.HighestOf(batch.Stamp.Id);
        if (highest < batch.Stamp.Sequence) return !batch.NewestRecord.IsNone;
        return highest > batch.Stamp.Sequence
            || store.Sessions.Judge(batch.Stamp, mayLeaveOut: true, out var newest, out _, out _) != SessionVerdict.Repeat
            || newest != batch.NewestRecord;
    }

    /// <summary>What is evaluated stays answered; of the rest only the other attempt knows.</summary>
    private static void Abandon(CommandBatch batch, int from)
    {
        batch.MayBeAppended = true;
        batch.RefuseUnanswered(from, ShardErrors.LeaderChanged);
    }

    /// <summary>A client that counts itself hears the same again, also of what changed nothing: that takes a record too.</summary>
    private ReplyDependency RecordAnswers(CommandBatch batch)
    {
        int last = batch.Count - 1;
        while (last > batch.RecordedThrough && !HasAnswerToKeep(batch, last)) last--;
        if (last <= batch.RecordedThrough) return ReplyDependency.None;
        EncodeReplies(batch, last);
        var result = store.AppendAnswer(_term, clock.Next(), new SessionWrite(batch.Stamp, _items.Written));
        if (result.Appended)
        {
            batch.CommandAt(last).AppendedLsn = result.Lsn.Value;
            batch.RecordedThrough = last;
            return ReplyDependency.BlindWrite(result.Lsn, _policy);
        }

        for (int i = batch.RecordedThrough + 1; i <= last; i++)
            if (batch[i].IsWrite) batch.SetError(i, ShardErrors.Of(result.Refusal));
        return ReplyDependency.None;
    }

    private void EncodeReplies(CommandBatch batch, int through)
    {
        _items.Truncate(0);
        int before = batch.RecordedThrough;
        for (int i = before + 1; i <= through; i++)
        {
            if (i != through && !HasAnswerToKeep(batch, i)) continue;
            ReplyItems.Write(_items, i - before - 1, batch.ReplyTo(i), batch.ReplyBytes(i));
            before = i;
        }
    }

    /// <summary>Not a refusal: that says nothing about the data, and the write may be tried again.</summary>
    private static bool HasAnswerToKeep(CommandBatch batch, int index) => batch[index].IsWrite && batch.IsAnswered(index) && !batch.IsRefused(index);

    private int Repeat(CommandBatch batch, Lsn lsn, ReadOnlySpan<byte> items, bool isKept, bool isNewest)
    {
        int last = -1;
        while (isKept && ReplyItems.TryTake(ref items, batch, ref last))
        {
        }

        if (!isKept || !items.IsEmpty)
        {
            if (batch.IsExplicit) SetApplied(batch, lsn);
            else SetUnknown(batch, lsn);
            return batch.Count;
        }

        batch.RecordedThrough = last;
        batch.NewestRecord = lsn;
        for (int i = 0; i < last; i++)
            if (!batch.IsAnswered(i)) batch.SetError(i, ShardErrors.LeaderChanged);
        if (isNewest) return last + 1;
        SetDefinite(batch, last + 1, ShardErrors.LeaderChanged);
        return batch.Count;
    }

    /// <summary>A leader that has looked says so; it leaves only once what it looked at is committed.</summary>
    private static void SetDefinite(CommandBatch batch, int from, ReadOnlySpan<byte> error)
    {
        for (int i = from; i < batch.Count; i++)
            if (!batch.IsAnswered(i)) batch.SetError(i, error);
    }

    private void SetUnknown(CommandBatch batch, Lsn lsn)
    {
        batch.ClearReplies();
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i].IsWrite) batch.SetUnknown(i, batch.Shard, _term.Value, lsn.Value);
            else batch.SetError(i, ShardErrors.LeaderChanged);
        }
    }

    private static void SetApplied(CommandBatch batch, Lsn lsn)
    {
        Span<byte> text = stackalloc byte[192];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"APPLIED this sequence was applied before, shard={batch.Shard} lsn={lsn.Value}; its reply was too long to be kept, or it was another command", out int length);
        batch.ClearReplies();
        SetDefinite(batch, 0, text[..length]);
    }

    private static void SetGap(CommandBatch batch, long highest)
    {
        Span<byte> text = stackalloc byte[192];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"SESSIONGAP nothing was applied: sequence {batch.Stamp.Sequence} is not the next of this session, shard={batch.Shard} next={highest + 1}", out int length);
        SetDefinite(batch, 0, text[..length]);
    }
}
