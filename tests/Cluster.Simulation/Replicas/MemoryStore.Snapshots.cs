using System.Buffers.Binary;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Sessions;

namespace Cluster.Simulation.Replicas;

// Giving up the log's beginning, snapshots, expiry.
public sealed partial class MemoryStore
{
    private MemorySnapshot? _received;

    public SnapshotPlace Wanted => default;

    public void Release(Lsn through)
    {
        through = Lsn.Min(through, Lsn.Min(_commit, _disk.Synced));
        if (through <= _base)
            return;
        MemorySnapshot next = SnapshotAt(through);
        int count = (int)(through - _base);
        _log.RemoveRange(0, count);
        _disk.Written.RemoveRange(0, count);
        _disk.Base = next;
        _disk.CommitHint = Lsn.Max(_disk.CommitHint, through);
        _base = through;
    }

    public SnapshotOffer? BeginSnapshot() => !_commit.IsNone && _disk.Synced >= _commit ? new MemoryOffer(OfferedSnapshot()) : null;

    public ReceivedSnapshot? Receive(SnapshotPiece piece)
    {
        _received = ((MemoryPiece)piece).Content;
        return new ReceivedSnapshot(_received.Lsn, _received.Terms, _received.Configuration);
    }

    public void DropReceived() => _received = null;

    public void Install(Action done)
    {
        MemorySnapshot snapshot = _received!;
        WhenIdle(() =>
        {
            if (_abandoned)
                return;
            _disk.Installing = snapshot;
            _loop.After(_model.NextSyncMicros(), () =>
            {
                if (_abandoned)
                    return;
                _disk.Installing = null;
                _disk.Replace(snapshot);
                _log.Clear();
                _pending.Clear();
                _committed = new Dictionary<int, MemoryValue>(snapshot.Keys);
                _expiring = CountExpiring(_committed);
                _sessions = new ShardSessions(SessionTableCodec.Read(snapshot.Sessions));
                _base = _commit = snapshot.Lsn;
                done();
            });
        });
    }

    public void FindExpired(long now, int max, List<(int Key, long Value, long ExpiresAt)> found)
    {
        if (_expiring == 0)
            return;
        foreach ((int key, MemoryValue value) in _committed)
        {
            if (value.ExpiresAt > 0 && value.ExpiresAt <= now && !_pending.ContainsKey(key) && found.Count < max)
                found.Add((key, value.Value, value.ExpiresAt));
        }
    }

    private MemorySnapshot OfferedSnapshot()
    {
        MemorySnapshot snapshot = SnapshotAt(_commit);
        return _model.Planted == PlantedBug.SessionsMissingFromSnapshot ? snapshot with { Sessions = Encode(new SessionTable()) } : snapshot;
    }

    private MemorySnapshot SnapshotAt(Lsn through)
    {
        TermTable terms = _disk.Base?.Terms.Clone() ?? new TermTable();
        var keys = new Dictionary<int, MemoryValue>(_disk.Base?.Keys ?? []);
        Configuration? configuration = _disk.Base?.Configuration;
        SessionTable sessions = _disk.Base is { } start ? SessionTableCodec.Read(start.Sessions) : new SessionTable();
        long timestamp = _disk.Base?.Timestamp ?? 0;
        Span<byte> reply = stackalloc byte[8];
        for (Lsn lsn = _base.Next; lsn <= through; lsn = lsn.Next)
        {
            MemoryRecord record = At(lsn);
            terms.Append(record.Term, lsn);
            timestamp = record.Timestamp;
            configuration = record.Configuration ?? configuration;
            BinaryPrimitives.WriteInt64LittleEndian(reply, record.Write.Result);
            if (record.Write.Stamp.IsPresent)
                sessions.Apply(lsn, record.Timestamp, record.Write.Stamp, reply);
            else
                sessions.Skip(lsn);
            if (record.Kind == MemoryRecordKind.Put)
                keys[record.Key] = new MemoryValue(record.Value, record.ExpiresAt);
            else if (record.Kind == MemoryRecordKind.Delete)
                keys.Remove(record.Key);
        }

        return new MemorySnapshot(through, IdentityAt(through), timestamp, terms, keys, configuration, Encode(sessions));
    }

    private static byte[] Encode(SessionTable sessions)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        SessionTableCodec.Write(sessions, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private static int CountExpiring(Dictionary<int, MemoryValue> keys)
    {
        int count = 0;
        foreach (MemoryValue value in keys.Values)
            count += value.ExpiresAt > 0 ? 1 : 0;
        return count;
    }
}
