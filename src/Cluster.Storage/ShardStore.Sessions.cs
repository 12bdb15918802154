using Cluster.Storage.Keys;
using Cluster.Storage.Sessions;

namespace Cluster.Storage;

/// <summary>
/// Writes of client sessions (R11). Each is a record that says which sequence of which session it is and what it was answered; so the table of sessions follows from the
/// log, like the keys, and whoever has the log has the table.
/// </summary>
/// <remarks>
/// What a crash leaves: the table as of the commit LSN that the log proves, and what is appended behind it as pending. It is built from the shard manifest's table as of *merged
/// through*, and from the records behind that, or from the hints of their segments. A snapshot carries manifest and records, hence the table. Owner only.
/// </remarks>
public sealed partial class ShardStore
{
    /// <summary>The committed table, and what is pending above it. Asked by a leader before it appends; nobody else changes it.</summary>
    public ShardSessions Sessions => _state.Sessions;

    /// <summary>As <see cref="AppendPut(Term, long, in SessionStamp, ReadOnlySpan{byte}, ReadOnlySpan{byte}, long)"/>, by a session.</summary>
    public AppendResult AppendPut(
        Term term, long timestamp, scoped in SessionWrite write, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiresAt = 0) =>
        AppendPut(term, timestamp, SessionStamp.None, write, key, value, expiresAt);

    public AppendResult AppendDelete(Term term, long timestamp, scoped in SessionWrite write, ReadOnlySpan<byte> key) =>
        AppendDelete(term, timestamp, SessionStamp.None, write, key);

    public AppendResult AppendKeys(
        Term term, long timestamp, scoped in SessionWrite write, ReadOnlySpan<byte> source, ReadOnlySpan<KeyOperation> operations) =>
        AppendKeys(term, timestamp, SessionStamp.None, write, source, operations);

    public AppendResult AppendFlushKeys(Term term, long timestamp, scoped in SessionWrite write) =>
        AppendFlushKeys(term, timestamp, SessionStamp.None, write);

    /// <summary>Appends the answer of a write that changed nothing, so that its sequence leaves a record: a no-op with a stamp.</summary>
    public AppendResult AppendAnswer(Term term, long timestamp, scoped in SessionWrite write)
    {
        Invariant.Check(write.IsPresent, "only a session's answer is kept");
        var refusal = Judge(operations: 1, 0);
        // They change no keys, so the overlay does not count them.
        if (refusal == AppendRefusal.None && _state.Sessions.PendingCount >= _options.PendingOperationsMax)
            refusal = AppendRefusal.PendingFull;
        if (refusal != AppendRefusal.None)
            return AppendResult.Refused(refusal);
        Begin(RecordKind.NoOp, term, timestamp, SessionStamp.None, write, 0, out var opening);
        return AppendResult.At(Commit(write, opening, out _));
    }

    private Span<byte> Begin(
        RecordKind kind, Term term, long timestamp, in SessionStamp session, scoped in SessionWrite write, int payloadLength, out Lsn opening)
    {
        opening = Lsn.None;
        if (!write.IsPresent)
            return Log.Append(kind, term, timestamp, session, payloadLength);
        opening = _state.Sessions.OpeningOf(write.Stamp.Id);
        Span<byte> stamp = stackalloc byte[RecordStamp.BytesMax];
        var length = RecordStamp.Write(stamp, LastLsn.Next, write, opening);
        return Log.Append(kind, term, timestamp, stamp[..length], payloadLength);
    }

    private Lsn Commit(scoped in SessionWrite write, Lsn opening, out RecordLocation record)
    {
        var lsn = Log.Commit(out record);
        if (write.IsPresent)
            _state.Sessions.Appended(lsn, Log.LastTimestamp, write, opening);
        return lsn;
    }
}
