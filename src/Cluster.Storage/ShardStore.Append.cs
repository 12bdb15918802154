using Cluster.Storage.Keys;
using Cluster.Storage.Sessions;

namespace Cluster.Storage;

/// <summary>Appending: owner only, and not while a cut is under way.</summary>
public sealed partial class ShardStore
{
    /// <summary>
    /// A leader's records are taken up to this multiple of the bounds for pending records. A new leader can commit the tail that it
    /// inherited only together with its own no-op behind it, so a follower must have room for the whole of it; and that tail may
    /// exceed one bound: what a node holds as pending after a restart includes records whose commit its log did not note yet.
    /// </summary>
    public const int FollowerShare = 8;

    /// <summary>Appends the write of one key; <paramref name="expiresAt"/> in µs since 1970, 0 for never.</summary>
    public AppendResult AppendPut(
        Term term, long timestamp, in SessionStamp session, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiresAt = 0) =>
        AppendPut(term, timestamp, session, default, key, value, expiresAt);

    private AppendResult AppendPut(
        Term term, long timestamp, in SessionStamp session, scoped in SessionWrite write, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiresAt)
    {
        var length = KeyOperationWriter.Length(key.Length, value.Length, expiresAt);
        var refusal = Judge(operations: 1, length);
        if (key.Length > KeyOperationFormat.KeyBytesMax || value.Length > KeyOperationFormat.ValueBytesMax)
            refusal = AppendRefusal.TooLarge;
        if (refusal != AppendRefusal.None)
            return AppendResult.Refused(refusal);

        var payload = Begin(RecordKind.Keys, term, timestamp, session, write, (int)length, out var opening);
        KeyOperationWriter.Write(payload, KeyOperationKind.Put, key, value, expiresAt);
        var lsn = Commit(write, opening, out var record);
        var place = KeyState.Locate(record, record.Length - (int)length, (int)length, expiresAt != 0);
        _state.Overlay.AddPut(_state.Hash(key), lsn, place, record.Length, expiresAt);
        return AppendResult.At(lsn);
    }

    public AppendResult AppendDelete(Term term, long timestamp, in SessionStamp session, ReadOnlySpan<byte> key) =>
        AppendDelete(term, timestamp, session, default, key);

    private AppendResult AppendDelete(Term term, long timestamp, in SessionStamp session, scoped in SessionWrite write, ReadOnlySpan<byte> key)
    {
        var length = KeyOperationWriter.Length(key.Length, 0, 0);
        var refusal = Judge(operations: 1, length);
        if (key.Length > KeyOperationFormat.KeyBytesMax)
            refusal = AppendRefusal.TooLarge;
        if (refusal != AppendRefusal.None)
            return AppendResult.Refused(refusal);

        var payload = Begin(RecordKind.Keys, term, timestamp, session, write, (int)length, out var opening);
        KeyOperationWriter.Write(payload, KeyOperationKind.Delete, key, default, 0);
        var lsn = Commit(write, opening, out var record);
        _state.Overlay.AddDelete(_state.Hash(key), lsn, record.Length);
        return AppendResult.At(lsn);
    }

    /// <summary>Appends several operations as one atomic record; keys and values are ranges of <paramref name="source"/>.</summary>
    public AppendResult AppendKeys(
        Term term, long timestamp, in SessionStamp session, ReadOnlySpan<byte> source, ReadOnlySpan<KeyOperation> operations) =>
        AppendKeys(term, timestamp, session, default, source, operations);

    private AppendResult AppendKeys(
        Term term, long timestamp, in SessionStamp session, scoped in SessionWrite write, ReadOnlySpan<byte> source, ReadOnlySpan<KeyOperation> operations)
    {
        ArgumentOutOfRangeException.ThrowIfZero(operations.Length);
        long length = 0;
        foreach (ref readonly var operation in operations)
        {
            if (operation.KeyLength > KeyOperationFormat.KeyBytesMax || operation.ValueLength > KeyOperationFormat.ValueBytesMax)
                return AppendResult.Refused(AppendRefusal.TooLarge);
            length += EncodedLength(operation);
        }

        var refusal = Judge(operations.Length, length);
        if (refusal != AppendRefusal.None)
            return AppendResult.Refused(refusal);

        var payload = Begin(RecordKind.Keys, term, timestamp, session, write, (int)length, out var opening);
        foreach (ref readonly var operation in operations)
        {
            var isPut = operation.Kind == KeyOperationKind.Put;
            var written = KeyOperationWriter.Write(
                payload,
                operation.Kind,
                source.Slice(operation.KeyOffset, operation.KeyLength),
                isPut ? source.Slice(operation.ValueOffset, operation.ValueLength) : default,
                isPut ? operation.ExpiresAt : 0);
            payload = payload[written..];
        }

        var lsn = Commit(write, opening, out var record);
        AddToOverlay(lsn, record, record.Length - (int)length, source, operations);
        return AppendResult.At(lsn);
    }

    /// <summary>Empties the shard: one record, whatever the number of keys.</summary>
    public AppendResult AppendFlushKeys(Term term, long timestamp, in SessionStamp session) => AppendFlushKeys(term, timestamp, session, default);

    private AppendResult AppendFlushKeys(Term term, long timestamp, in SessionStamp session, scoped in SessionWrite write)
    {
        var refusal = Judge(operations: 1, 0);
        if (refusal != AppendRefusal.None)
            return AppendResult.Refused(refusal);
        Begin(RecordKind.FlushKeys, term, timestamp, session, write, 0, out var opening);
        var lsn = Commit(write, opening, out var record);
        _state.Overlay.AddFlushKeys(lsn, record.Length);
        return AppendResult.At(lsn);
    }

    /// <summary>Control records are not refused for a lack of room; a failed log throws.</summary>
    public Lsn AppendNoOp(Term term, long timestamp) => AppendControl(RecordKind.NoOp, term, timestamp, default, out _);

    public Lsn AppendTime(Term term, long timestamp) => AppendControl(RecordKind.Time, term, timestamp, default, out _);

    public Lsn AppendConfiguration(Term term, long timestamp, ReadOnlySpan<byte> payload)
    {
        var lsn = AppendControl(RecordKind.Configuration, term, timestamp, payload, out var written);
        _state.Configurations.Add(new ControlRecord(RecordKind.Configuration, lsn, term, written, payload.ToArray()));
        return lsn;
    }

    public Lsn AppendTopology(Term term, long timestamp, ReadOnlySpan<byte> payload)
    {
        var lsn = AppendControl(RecordKind.Topology, term, timestamp, payload, out var written);
        _state.Topologies.Add(new ControlRecord(RecordKind.Topology, lsn, term, written, payload.ToArray()));
        return lsn;
    }

    /// <summary>
    /// Appends a leader's records, all or none. Throws <see cref="InvalidRecordException"/> if they are malformed or do not continue
    /// the log, <see cref="DigestMismatchException"/> if the logs differ. A refusal (PendingFull, LogFull, DiskFull, Failed) is to be
    /// retried after a commit or a flush.
    /// </summary>
    public AppendResult AppendEncoded(ReadOnlySpan<byte> records, ulong? expectedDigest)
    {
        var operations = 0;
        long bytes = 0;
        for (var rest = records; !rest.IsEmpty;)
        {
            // The log's last LSN stands in for that of bytes which cannot be read.
            if (!RecordView.TryParse(rest, out var record))
                throw new InvalidRecordException(LastLsn.Next, "the bytes are not a whole record");
            var changes = RecordRules.Check(record);
            operations += changes;
            bytes += changes > 0 ? record.Length : 0;
            rest = rest[record.Length..];
        }

        var refusal = LogRefusal();
        if (refusal == AppendRefusal.None && !_state.Overlay.HasRoom(operations, bytes, FollowerShare))
            refusal = AppendRefusal.PendingFull;
        if (refusal != AppendRefusal.None)
            return AppendResult.Refused(refusal);
        return AppendResult.At(Log.AppendEncoded(records, expectedDigest, _state));
    }

    private Lsn AppendControl(RecordKind kind, Term term, long timestamp, ReadOnlySpan<byte> payload, out long written)
    {
        Invariant.Check(!_cutting, "nothing is appended during a cut");
        payload.CopyTo(Log.Append(kind, term, timestamp, SessionStamp.None, payload.Length));
        var lsn = Log.Commit(out _);
        written = Log.LastTimestamp;
        return lsn;
    }

    private void AddToOverlay(
        Lsn lsn, RecordLocation record, int offset, ReadOnlySpan<byte> source, ReadOnlySpan<KeyOperation> operations)
    {
        var recordBytes = record.Length;
        foreach (ref readonly var operation in operations)
        {
            var hash = _state.Hash(source.Slice(operation.KeyOffset, operation.KeyLength));
            var length = (int)EncodedLength(operation);
            if (operation.Kind == KeyOperationKind.Put)
                _state.Overlay.AddPut(hash, lsn, KeyState.Locate(record, offset, length, operation.ExpiresAt != 0), recordBytes, operation.ExpiresAt);
            else
                _state.Overlay.AddDelete(hash, lsn, recordBytes);
            recordBytes = 0;
            offset += length;
        }
    }

    private static long EncodedLength(in KeyOperation operation) => operation.Kind == KeyOperationKind.Put
        ? KeyOperationWriter.Length(operation.KeyLength, operation.ValueLength, operation.ExpiresAt)
        : KeyOperationWriter.Length(operation.KeyLength, 0, 0);

    /// <summary>Why a client's record may not be appended, judged before anything is.</summary>
    private AppendRefusal Judge(int operations, long payloadLength)
    {
        // With the longest stamp: what is refused must not depend on the session.
        var recordLength = payloadLength + RecordFormat.HeaderBytes + RecordStamp.BytesMax;
        if (recordLength > RecordFormat.RecordBytesMax)
            return AppendRefusal.TooLarge;
        var refusal = LogRefusal();
        if (refusal != AppendRefusal.None)
            return refusal;
        if (Log.Shortage != null)
            return AppendRefusal.DiskFull;
        return _state.Overlay.HasRoom(operations, recordLength) ? AppendRefusal.None : AppendRefusal.PendingFull;
    }

    private AppendRefusal LogRefusal()
    {
        Invariant.Check(!_cutting, "nothing is appended during a cut");
        if (Log.Failure != null)
            return AppendRefusal.Failed;
        if (Log.Stall != null)
            return AppendRefusal.DiskFull;
        return Log.HasRoom ? AppendRefusal.None : AppendRefusal.LogFull;
    }
}
