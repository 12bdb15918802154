using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Actors.Shards;

// Bookmarks (DESIGN C3): a client that has written through one node reads at another replica, and sees its writes.
//
// Invariant W1: OK means that the committed state shown here includes the record (LSN, term). A record with that LSN in another term is not that
// one: the bookmark's was cut, and comes never. So it is as soon as a record of a later term is committed here below its LSN.
// Nothing is durable: who waits is answered, or its connection has ended.
internal sealed partial class ShardReplica
{
    private const int BookmarkBytes = 24;
    private const int BookmarkWaitsMax = 1024;

    private readonly LsnHeap<BookmarkWait> _bookmarks = new();

    /// <summary>Those that wait, by nothing: for their times, and for the commit of another term.</summary>
    private readonly List<BookmarkWait> _bookmarkWaits = [];

    /// <summary>Of the newest committed record when the waits were last looked at.</summary>
    private Term _bookmarkTerm;

    private sealed class BookmarkWait(CommandBatch batch, Lsn lsn, Term term, long until)
    {
        public CommandBatch? Batch { get; set; } = batch;

        public Lsn Lsn { get; } = lsn;

        public Term Term { get; } = term;

        public long Until { get; } = until;
    }

    /// <summary>At the leader: everything that was appended until now, so above all what this connection has written.</summary>
    private void GiveBookmark(CommandBatch batch)
    {
        var lsn = _store.LastLsn;
        Span<byte> text = stackalloc byte[64];
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{_shard}:{lsn.Value}:{_store.Terms.TermAt(lsn).Value}", out int length);
        batch.SetBulk(0, text[..length]);
        _waiting.Add(batch, ReplyDependency.Look(lsn));
    }

    private void WaitBookmark(CommandBatch batch)
    {
        var value = batch.Key(0);
        if (value.Length != BookmarkBytes)
        {
            Refuse(batch, "ERR a bookmark has 24 bytes"u8);
            return;
        }

        if (_bootstrapCause == BootstrapCause.PositionGone)
        {
            Refuse(batch, ShardErrors.NewCopyNeeded);
            return;
        }

        long now = _clock.Now;
        var wait = new BookmarkWait(
            batch, new Lsn(BinaryPrimitives.ReadInt64LittleEndian(value)), new Term(BinaryPrimitives.ReadInt64LittleEndian(value[8..])),
            now + Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(value[16..]), 0, (long)TimeSpan.FromHours(1).TotalMicroseconds));
        if (TryAnswer(wait)) return;
        if (_bookmarkWaits.Count >= BookmarkWaitsMax)
        {
            Refuse(batch, ShardErrors.BookmarksFull);
            return;
        }

        _bookmarks.Add(wait.Lsn, wait);
        _bookmarkWaits.Add(wait);
    }

    /// <summary>W1. A term that is not remembered any more lies before everything that a cut could reach.</summary>
    private bool TryAnswer(BookmarkWait wait)
    {
        var commit = _store.CommitLsn;
        bool reached = wait.Lsn <= commit;
        var there = _store.Terms.TermAt(reached ? wait.Lsn : commit);
        bool lost = reached ? !there.IsNone && there != wait.Term : there > wait.Term;
        if (!reached && !lost) return false;
        if (lost) wait.Batch!.SetError(0, ShardErrors.BookmarkLost);
        else wait.Batch!.SetOk(0);
        EndWait(wait);
        return true;
    }

    /// <summary>The commit LSN has moved, or time has passed.</summary>
    private void SettleBookmarks(long now)
    {
        if (_bookmarkWaits.Count == 0) return;
        while (_bookmarks.TryTakeThrough(_store.CommitLsn, out var wait))
        {
            if (wait.Batch is null) continue;
            TryAnswer(wait);
            _bookmarkWaits.Remove(wait);
        }

        var term = _store.Terms.TermAt(_store.CommitLsn);
        bool otherTerm = term != _bookmarkTerm;
        _bookmarkTerm = term;
        for (int i = _bookmarkWaits.Count - 1; i >= 0; i--)
        {
            var wait = _bookmarkWaits[i];
            if (otherTerm && TryAnswer(wait))
            {
                _bookmarkWaits.RemoveAt(i);
            }
            else if (now >= wait.Until)
            {
                wait.Batch!.SetError(0, ShardErrors.BookmarkNotReached);
                EndWait(wait);
                _bookmarkWaits.RemoveAt(i);
            }
        }
    }

    /// <summary>The replica ends, or its data is about to be replaced.</summary>
    private void RefuseBookmarks(ReadOnlySpan<byte> error)
    {
        foreach (var wait in _bookmarkWaits)
        {
            wait.Batch!.SetError(0, error);
            EndWait(wait);
        }

        _bookmarkWaits.Clear();
    }

    /// <summary>It may stay in the heap until its LSN has passed; then it is nobody's.</summary>
    private static void EndWait(BookmarkWait wait)
    {
        wait.Batch!.Complete();
        wait.Batch = null;
    }
}
