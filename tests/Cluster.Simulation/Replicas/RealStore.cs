using System.Buffers.Binary;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Sessions;
using StoredWrite = Cluster.Storage.Sessions.SessionWrite;

namespace Cluster.Simulation.Replicas;

/// <summary>
/// A running replica's real store, its sessions included. What its records say to the checks is kept beside it, also of those that a merge has released
/// since. An installed snapshot replaces the store below.
/// </summary>
public sealed partial class RealStore : IReplicaStore, IDisposable
{
    private const int ReadBytesMax = 1 << 20;

    private readonly RealDisk _disk;
    private readonly IStoreOwner _owner;
    private readonly EventLoop _loop;
    private readonly SimulationRandom _random;

    /// <summary>The records behind <see cref="_recordsBase"/>.</summary>
    private readonly List<EncodedRecord> _records = [];

    private readonly List<ExpiredKey> _expired = [];
    private ShardStore _store;
    private Lsn _recordsBase;
    private Lsn _mergedThrough;
    private bool _abandoned;

    public RealStore(RealDisk disk, ShardStore store, IStoreOwner owner, EventLoop loop, SimulationRandom random)
    {
        _disk = disk;
        _store = store;
        _owner = owner;
        _loop = loop;
        _random = random;
        Recovery = TakeUp();
    }

    public StoreRecovery Recovery { get; }

    public Lsn Last => _recordsBase + _records.Count;

    public Lsn Base => _store.FirstLsn - 1;

    public IReadOnlyList<Configuration> Configurations => ConfigurationsIn(_records);

    public Configuration? BaseConfiguration =>
        _store.CommittedConfiguration is { } record && record.Lsn <= Base ? ConfigurationCodec.Read(record.Lsn, record.Payload.Span) : null;

    public long Merges { get; private set; }

    public Lsn AppendNoOp(Term term) => Appended(_store.Log.Failure == null ? _store.AppendNoOp(term, _owner.NextTimestamp()) : Lsn.None);

    public Lsn AppendPut(Term term, int key, long value, int length, SessionWrite write = default, long expiresAt = 0)
    {
        Span<byte> keyBytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(keyBytes, key);
        // What fills it differs from record to record: two of them may agree in everything else.
        var valueBytes = new byte[Math.Max(EncodedRecord.ValueBytesMin, length - 64)];
        BinaryPrimitives.WriteInt64LittleEndian(valueBytes, value);
        BinaryPrimitives.WriteUInt64LittleEndian(valueBytes.AsSpan(8), _random.Next());
        return Appended(_store.AppendPut(term, _owner.NextTimestamp(), Stored(write, stackalloc byte[8]), keyBytes, valueBytes, expiresAt).Lsn);
    }

    public Lsn AppendDelete(Term term, int key, SessionWrite write = default)
    {
        Span<byte> keyBytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(keyBytes, key);
        return Appended(_store.AppendDelete(term, _owner.NextTimestamp(), Stored(write, stackalloc byte[8]), keyBytes).Lsn);
    }

    public Lsn AppendAnswer(Term term, SessionWrite write) =>
        Appended(_store.AppendAnswer(term, _owner.NextTimestamp(), Stored(write, stackalloc byte[8])).Lsn);

    public Lsn AppendConfiguration(Term term, Configuration configuration)
    {
        if (_store.Log.Failure != null)
            return Lsn.None;
        var payload = new byte[ConfigurationCodec.Size(configuration)];
        ConfigurationCodec.Write(configuration, payload);
        return Appended(_store.AppendConfiguration(term, _owner.NextTimestamp(), payload));
    }

    public static IReadOnlyList<Configuration> ConfigurationsIn(List<EncodedRecord> records)
    {
        List<Configuration>? found = null;
        foreach (EncodedRecord record in records)
        {
            if (record.Configuration is { } configuration)
                (found ??= []).Add(configuration);
        }

        return found is null ? [] : found;
    }

    public SessionVerdict Judge(SessionStamp stamp, out Lsn lsn, out long result)
    {
        SessionVerdict verdict = _store.Sessions.Judge(stamp, out lsn, out ReadOnlySpan<byte> reply, out bool isKept);
        result = isKept ? BinaryPrimitives.ReadInt64LittleEndian(reply) : 0;
        return verdict == SessionVerdict.Repeat && !isKept ? SessionVerdict.Unknown : verdict;
    }

    public SessionMark StampAt(Lsn lsn) => At(lsn).Stamp;

    public long HighestOf(Guid session) => _store.Sessions.Committed.HighestOf(session);

    public long TimestampAt(Lsn lsn) => At(lsn).Timestamp;

    public bool TryAppend(RecordBatch batch)
    {
        var encoded = (EncodedBatch)batch;
        if (!_store.AppendEncoded(encoded.Bytes, encoded.Digest).Appended)
            return false;
        _records.AddRange(encoded.Records);
        Invariant.Check(_store.LastLsn == Last, "all records of the batch were appended");
        return true;
    }

    public RecordBatch Read(Lsn after, int maxBytes, bool cold)
    {
        // The files hold nothing that was not written yet.
        if ((!cold || after >= _store.FlushedLsn) && _store.Log.TryRead(after, maxBytes, out LogSlice? slice) == LogReadOutcome.Records)
            return Take(slice!);
        return ReadFromDisk(after, maxBytes);
    }

    public KeyView Find(int key)
    {
        Span<byte> keyBytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(keyBytes, key);
        KeyLookup found = _store.Find(keyBytes);
        return new KeyView(ValueOf(found, keyBytes), found.PendingLsn);
    }

    public long FindCommitted(int key)
    {
        Span<byte> keyBytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(keyBytes, key);
        return ValueOf(_store.FindCommitted(keyBytes), keyBytes);
    }

    public void FindExpired(long now, int max, List<(int Key, long Value, long ExpiresAt)> found)
    {
        var cursor = default(ExpiryCursor);
        _expired.Clear();
        _store.NextExpired(now, max, ref cursor, _expired);
        Span<byte> key = stackalloc byte[4];
        foreach (ExpiredKey one in _expired)
        {
            ValueReadOutcome outcome = _store.ReadKey(one.Location, key, out int length);
            Invariant.Check(outcome == ValueReadOutcome.Copied && length == 4, "the name of a key that is over can be read");
            found.Add((BinaryPrimitives.ReadInt32LittleEndian(key), ValueOf(_store.Find(key), key), one.ExpiresAt));
        }
    }

    public void AdvanceCommit(Lsn commit)
    {
        _store.AdvanceCommit(commit);
        NoteMerges();
    }

    public void RequestFlush() => _store.RequestFlush();

    public void CutAfter(Lsn keep, Action done)
    {
        _records.RemoveRange((int)(keep - _recordsBase), (int)(Last - keep));
        _disk.NoteCut(keep);
        _store.CutAfter(keep, failure =>
        {
            if (failure == null)
                done();
        });
    }

    public RecordIdentity IdentityAt(Lsn lsn) => At(lsn).Identity;

    public bool TryGetChange(Lsn lsn, out int key, out long value)
    {
        EncodedRecord record = At(lsn);
        key = record.Key;
        value = record.Value;
        return record.ChangesKey;
    }

    public void Dispose()
    {
        _abandoned = true;
        _receiver?.Dispose();
        _store.Dispose();
    }

    private EncodedRecord At(Lsn lsn) => _records[(int)(lsn - _recordsBase) - 1];

    /// <summary>What a session's write was answered, as the record keeps it.</summary>
    private static StoredWrite Stored(in SessionWrite write, Span<byte> reply)
    {
        if (!write.Stamp.IsPresent)
            return default;
        BinaryPrimitives.WriteInt64LittleEndian(reply, write.Result);
        return new StoredWrite(write.Stamp, reply);
    }

    /// <summary>Shows the checks what an opened store holds.</summary>
    private StoreRecovery TakeUp()
    {
        _records.Clear();
        _recordsBase = _store.FirstLsn - 1;
        while (Last < _store.LastLsn)
            _records.AddRange(ReadFromDisk(Last, ReadBytesMax).Records);
        _mergedThrough = _store.Manifest?.MergedThrough ?? Lsn.None;
        return new StoreRecovery(_store.FirstLsn, _store.LastLsn, _store.FlushedLsn, _store.CommitLsn, _store.Terms.Clone());
    }

    private long ValueOf(in KeyLookup found, ReadOnlySpan<byte> key)
    {
        if (!found.Found)
            return 0;
        Span<byte> value = stackalloc byte[8];
        ValueReadOutcome outcome = _store.ReadFromDisk(found.Location, key, value);
        Invariant.Check(outcome == ValueReadOutcome.Copied, "the value of a key that was found can be read");
        return BinaryPrimitives.ReadInt64LittleEndian(value);
    }

    private Lsn Appended(Lsn lsn)
    {
        if (lsn.IsNone)
            return lsn;
        Invariant.Check(_store.Log.TryRead(lsn - 1, 1, out LogSlice? slice) == LogReadOutcome.Records, "what was just appended is in memory");
        _records.Add(Take(slice!).Records[0]);
        return lsn;
    }

    private EncodedBatch ReadFromDisk(Lsn after, int maxBytes)
    {
        LogReadOutcome outcome = _store.Log.ReadFromDisk(after, maxBytes, out LogSlice? slice);
        Invariant.Check(outcome == LogReadOutcome.Records, $"records after {after} can be read: {outcome}");
        return Take(slice!);
    }

    private static EncodedBatch Take(LogSlice slice)
    {
        using (slice)
        {
            var bytes = new byte[slice.Length];
            slice.CopyTo(bytes);
            return new EncodedBatch(bytes, slice.Digest);
        }
    }
}
