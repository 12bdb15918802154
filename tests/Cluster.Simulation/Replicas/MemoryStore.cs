using System.Buffers.Binary;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;
using Cluster.Storage.Sessions;

namespace Cluster.Simulation.Replicas;

/// <summary>A running replica's view of a <see cref="MemoryDisk"/>.</summary>
public sealed partial class MemoryStore : IReplicaStore
{
    private sealed class FlushDone(MemoryStore store, Lsn through, Lsn commit) : SimulationEvent
    {
        public override void Run() => store.OnFlushDone(through, commit);
    }

    private readonly MemoryDisk _disk;
    private readonly EventLoop _loop;
    private readonly DiskModel _model;
    private readonly IStoreOwner _owner;
    private readonly List<MemoryRecord> _log;
    private Dictionary<int, MemoryValue> _committed = [];

    /// <summary>Of each key the newest uncommitted record.</summary>
    private readonly Dictionary<int, MemoryRecord> _pending = [];

    private ShardSessions _sessions = new(new SessionTable());
    private Lsn _base;
    private Lsn _commit;

    /// <summary>Committed keys that end some time.</summary>
    private int _expiring;
    private bool _flushing;
    private bool _flushWanted;
    private bool _abandoned;

    public MemoryStore(MemoryDisk disk, EventLoop loop, DiskModel model, IStoreOwner owner)
    {
        _disk = disk;
        _loop = loop;
        _model = model;
        _owner = owner;
        _base = disk.BaseLsn;
        _log = [.. disk.Written];
        TermTable terms = disk.Base?.Terms.Clone() ?? new TermTable();
        if (disk.Base is { } start)
        {
            _commit = start.Lsn;
            _committed = new Dictionary<int, MemoryValue>(start.Keys);
            _expiring = CountExpiring(_committed);
            _sessions = new ShardSessions(SessionTableCodec.Read(start.Sessions));
        }

        foreach (MemoryRecord record in _log)
        {
            terms.Append(record.Term, record.Lsn);
            NoteSession(record);
        }

        AdvanceCommit(Lsn.Min(disk.CommitHint, Last));
        IndexPending();
        Recovery = new StoreRecovery(_base.Next, Last, disk.Synced, _commit, terms);
    }

    public StoreRecovery Recovery { get; }

    public Lsn Last => _base + _log.Count;

    public Lsn Base => _base;

    public Configuration? BaseConfiguration => _disk.Base?.Configuration;

    public IReadOnlyList<Configuration> Configurations => ConfigurationsIn(_log);

    public void Abandon() => _abandoned = true;

    public Lsn AppendNoOp(Term term) => Add(term, MemoryRecordKind.NoOp, 0, 0, 32);

    public Lsn AppendPut(Term term, int key, long value, int length, SessionWrite write = default, long expiresAt = 0) =>
        Add(term, MemoryRecordKind.Put, key, value, length, write, expiresAt);

    public Lsn AppendDelete(Term term, int key, SessionWrite write = default) => Add(term, MemoryRecordKind.Delete, key, 0, 48, write);

    public Lsn AppendAnswer(Term term, SessionWrite write) => Add(term, MemoryRecordKind.Answer, 0, 0, 48, write);

    public SessionVerdict Judge(SessionStamp stamp, out Lsn lsn, out long result)
    {
        SessionVerdict verdict = _sessions.Judge(stamp, out lsn, out ReadOnlySpan<byte> reply, out bool isKept);
        result = isKept ? BinaryPrimitives.ReadInt64LittleEndian(reply) : 0;
        return verdict == SessionVerdict.Repeat && !isKept ? SessionVerdict.Unknown : verdict;
    }

    public SessionMark StampAt(Lsn lsn) => new(At(lsn).Write.Stamp, Lsn.None);

    public long HighestOf(Guid session) => _sessions.Committed.HighestOf(session);

    public long TimestampAt(Lsn lsn) => At(lsn).Timestamp;

    public long Merges => 0;

    public Lsn AppendConfiguration(Term term, Configuration configuration)
    {
        Keep(new MemoryRecord
        {
            Lsn = Last.Next, Term = term, Kind = MemoryRecordKind.Configuration, Configuration = configuration.At(Last.Next),
            Bytes = 32 + ConfigurationCodec.Size(configuration), Content = _model.Random.Next(), Timestamp = NextTimestamp(),
        });
        return Last;
    }

    public static IReadOnlyList<Configuration> ConfigurationsIn(IReadOnlyList<MemoryRecord> records)
    {
        List<Configuration>? found = null;
        for (int i = 0; i < records.Count; i++)
        {
            if (records[i].Configuration is { } configuration)
                (found ??= []).Add(configuration);
        }

        return found is null ? [] : found;
    }

    public bool TryAppend(RecordBatch batch)
    {
        foreach (MemoryRecord record in ((MemoryBatch)batch).Records)
        {
            Invariant.Check(record.Lsn == Last.Next, "records continue the log");
            Keep(record);
        }

        return true;
    }

    public RecordBatch Read(Lsn after, int maxBytes, bool cold)
    {
        int start = (int)(after - _base);
        int end = start;
        int bytes = 0;
        while (end < _log.Count && (end == start || bytes + _log[end].Bytes <= maxBytes))
            bytes += _log[end++].Bytes;
        var records = new MemoryRecord[end - start];
        _log.CopyTo(start, records, 0, records.Length);
        return new MemoryBatch(records);
    }

    public KeyView Find(int key) => _pending.TryGetValue(key, out MemoryRecord? record)
        ? new KeyView(record.Value, record.Lsn)
        : new KeyView(FindCommitted(key), Lsn.None);

    public long FindCommitted(int key) => _committed.GetValueOrDefault(key).Value;

    public void AdvanceCommit(Lsn commit)
    {
        if (commit > _commit)
            _sessions.CommitThrough(commit);
        while (_commit < commit)
        {
            MemoryRecord record = At(_commit = _commit.Next);
            if (!record.ChangesKey)
                continue;
            if (_expiring > 0 && _committed.GetValueOrDefault(record.Key).ExpiresAt > 0)
                _expiring--;
            if (record.Kind == MemoryRecordKind.Put)
                _committed[record.Key] = new MemoryValue(record.Value, record.ExpiresAt);
            else
                _committed.Remove(record.Key);
            _expiring += record.ExpiresAt > 0 ? 1 : 0;
            if (_pending.TryGetValue(record.Key, out MemoryRecord? newest) && newest == record)
                _pending.Remove(record.Key);
        }
    }

    public void RequestFlush()
    {
        if (_flushing || _abandoned)
        {
            _flushWanted = true;
            return;
        }

        _flushWanted = false;
        if (_disk.Synced >= Last)
            return;
        _flushing = true;
        for (int i = _disk.Written.Count; i < _log.Count; i++)
            _disk.Written.Add(_log[i]);
        _loop.After(_model.NextSyncMicros(), new FlushDone(this, Last, _commit));
    }

    public void CutAfter(Lsn keep, Action done)
    {
        Invariant.Check(keep >= _commit, "no cut below the commit LSN");
        int kept = (int)(keep - _base);
        _log.RemoveRange(kept, _log.Count - kept);
        _sessions.CutAfter(keep);
        IndexPending();
        WhenIdle(() => _loop.After(_model.NextSyncMicros(), () =>
        {
            if (_abandoned)
                return;
            int count = Math.Min(_disk.Written.Count, kept);
            _disk.Written.RemoveRange(count, _disk.Written.Count - count);
            // The cut makes durable all that it keeps.
            for (int i = count; i < kept; i++)
                _disk.Written.Add(_log[i]);
            _disk.Synced = keep;
            done();
        }));
    }

    public RecordIdentity IdentityAt(Lsn lsn) => lsn == _base ? _disk.Base!.Identity : At(lsn).Identity;

    public bool TryGetChange(Lsn lsn, out int key, out long value)
    {
        MemoryRecord record = At(lsn);
        key = record.Key;
        value = record.Value;
        return record.ChangesKey;
    }

    private MemoryRecord At(Lsn lsn) => _log[(int)(lsn - _base) - 1];

    private void WhenIdle(Action action)
    {
        if (!_flushing)
            action();
        else if (!_abandoned)
            _loop.After(100, () => WhenIdle(action));
    }

    private void OnFlushDone(Lsn through, Lsn commit)
    {
        if (_abandoned)
            return;
        _flushing = false;
        if (_model.FailNextSync)
        {
            _model.FailNextSync = false;
            _owner.FlushFailed();
            return;
        }

        if (through > _disk.Synced)
            _disk.Synced = through;
        _disk.CommitHint = Lsn.Max(_disk.CommitHint, Lsn.Min(commit, through));
        _owner.Flushed(through);
        if (_flushWanted)
            RequestFlush();
    }

    /// <summary>Timestamps never go back within a log.</summary>
    private long NextTimestamp() => Math.Max(_owner.NextTimestamp(), _log.Count > 0 ? _log[^1].Timestamp : _disk.Base?.Timestamp ?? 0);

    private Lsn Add(Term term, MemoryRecordKind kind, int key, long value, int bytes, SessionWrite write = default, long expiresAt = 0)
    {
        var record = new MemoryRecord
        {
            Lsn = Last.Next, Term = term, Kind = kind, Key = key, Value = value, Bytes = bytes, Content = _model.Random.Next(),
            Write = write, Timestamp = NextTimestamp(), ExpiresAt = expiresAt,
        };
        Keep(record);
        return record.Lsn;
    }

    private void Keep(MemoryRecord record)
    {
        _log.Add(record);
        NoteSession(record);
        if (record.ChangesKey)
            _pending[record.Key] = record;
    }

    private void NoteSession(MemoryRecord record)
    {
        if (!record.Write.Stamp.IsPresent)
            return;
        Span<byte> reply = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(reply, record.Write.Result);
        _sessions.Appended(record.Lsn, record.Timestamp, record.Write.Stamp, reply);
    }

    private void IndexPending()
    {
        _pending.Clear();
        for (Lsn lsn = _commit.Next; lsn <= Last; lsn = lsn.Next)
        {
            if (At(lsn).ChangesKey)
                _pending[At(lsn).Key] = At(lsn);
        }
    }
}
