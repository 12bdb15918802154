using System.Buffers.Binary;
using Cluster.Actors.Shards.Core;
using Cluster.Simulation.World;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;
using Cluster.Storage.Sessions;

namespace Cluster.Simulation.Replicas;

/// <summary>What the checks want to know of a record.</summary>
public readonly record struct EncodedRecord(RecordIdentity Identity, bool ChangesKey, int Key, long Value, Configuration? Configuration = null)
{
    public static EncodedRecord Of(in RecordView record)
    {
        ulong hash = 14695981039346656037;
        ReadOnlySpan<byte> bytes = record.Bytes;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 1099511628211;
        foreach (byte one in bytes)
            hash = (hash ^ one) * 1099511628211;
        var identity = new RecordIdentity(record.Term, hash ^ (hash >> 32));
        if (record.Kind == RecordKind.Configuration)
            return new EncodedRecord(identity, false, 0, 0, ConfigurationCodec.Read(record.Lsn, record.Payload));
        if (record.Kind != RecordKind.Keys)
            return new EncodedRecord(identity, false, 0, 0);
        bool found = KeyOperationView.TryParse(record.Payload, out KeyOperationView operation);
        Invariant.Check(found, "a record of keys has an operation");
        long value = operation.Kind == KeyOperationKind.Put ? BinaryPrimitives.ReadInt64LittleEndian(operation.Value) : 0;
        return new EncodedRecord(identity, true, BinaryPrimitives.ReadInt32LittleEndian(operation.Key), value);
    }
}

/// <summary>Encoded records, as they would travel.</summary>
public sealed class EncodedBatch : RecordBatch
{
    public EncodedBatch(byte[] bytes, ulong digest)
    {
        Bytes = bytes;
        Digest = digest;
        ReadOnlySpan<byte> rest = bytes;
        while (RecordView.TryParse(rest, out RecordView record))
        {
            if (Records.Count == 0)
                FirstBytes = record.Length;
            Records.Add(EncodedRecord.Of(record));
            Last = record.Lsn;
            rest = rest[record.Length..];
        }

        Invariant.Check(rest.IsEmpty && Records.Count > 0, "a batch is whole records");
    }

    public byte[] Bytes { get; }

    /// <summary>Of the shard, after <see cref="Last"/>.</summary>
    public ulong Digest { get; }

    public List<EncodedRecord> Records { get; } = [];

    public override Lsn Last { get; }

    public override int FirstBytes { get; }

    public override int Count => Records.Count;

    public override IReadOnlyList<Configuration> Configurations => RealStore.ConfigurationsIn(Records);

    public override RecordIdentity FirstIdentity => Records[0].Identity;
}

/// <summary>A running replica's real store.</summary>
public sealed class RealStore : IReplicaStore, IDisposable
{
    private const int ReadBytesMax = 1 << 20;

    private readonly ShardStore _store;
    private readonly RealDisk _disk;
    private readonly SimulationRandom _random;
    private readonly List<EncodedRecord> _records = [];

    public RealStore(RealDisk disk, ShardStore store, SimulationRandom random)
    {
        _disk = disk;
        _store = store;
        _random = random;
        while (_records.Count < store.LastLsn.Value)
            _records.AddRange(ReadFromDisk(Last, ReadBytesMax).Records);
        Recovery = new StoreRecovery(store.FirstLsn, store.LastLsn, store.FlushedLsn, store.CommitLsn, store.Terms.Clone());
    }

    public StoreRecovery Recovery { get; }

    public Lsn Last => new(_records.Count);

    public IReadOnlyList<Configuration> Configurations => ConfigurationsIn(_records);

    public Lsn Base => Lsn.None;

    public Configuration? BaseConfiguration => null;

    public bool Release(Lsn through) => false;

    public MemorySnapshot? TakeSnapshot() => null;

    public void Install(MemorySnapshot snapshot, Action done) => throw new NotSupportedException("real logs are not released here, so nobody needs a snapshot");

    public Lsn AppendNoOp(Term term) => Appended(_store.Log.Failure == null ? _store.AppendNoOp(term, 1) : Lsn.None);

    public Lsn AppendPut(Term term, int key, long value, int length, SessionWrite write = default)
    {
        Span<byte> keyBytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(keyBytes, key);
        // What fills it differs from record to record: two of them may agree in everything else.
        var valueBytes = new byte[Math.Max(16, length - 64)];
        BinaryPrimitives.WriteInt64LittleEndian(valueBytes, value);
        BinaryPrimitives.WriteUInt64LittleEndian(valueBytes.AsSpan(8), _random.Next());
        return Appended(_store.AppendPut(term, 1, SessionStamp.None, keyBytes, valueBytes).Lsn);
    }

    public Lsn AppendDelete(Term term, int key, SessionWrite write = default)
    {
        Span<byte> keyBytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(keyBytes, key);
        return Appended(_store.AppendDelete(term, 1, SessionStamp.None, keyBytes).Lsn);
    }

    public Lsn AppendConfiguration(Term term, Configuration configuration)
    {
        if (_store.Log.Failure != null)
            return Lsn.None;
        var payload = new byte[ConfigurationCodec.Size(configuration)];
        ConfigurationCodec.Write(configuration, payload);
        return Appended(_store.AppendConfiguration(term, 1, payload));
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

    public Lsn AppendAnswer(Term term, SessionWrite write) => throw new NotSupportedException("no sessions over the real storage yet");

    public SessionVerdict Judge(SessionStamp stamp, out Lsn lsn, out long result) => throw new NotSupportedException("no sessions over the real storage yet");

    public SessionStamp StampAt(Lsn lsn) => SessionStamp.None;

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

    public void AdvanceCommit(Lsn commit) => _store.AdvanceCommit(commit);

    public void RequestFlush() => _store.RequestFlush();

    public void CutAfter(Lsn keep, Action done)
    {
        _records.RemoveRange((int)keep.Value, _records.Count - (int)keep.Value);
        _disk.NoteCut(keep);
        _store.CutAfter(keep, failure =>
        {
            if (failure == null)
                done();
        });
    }

    public RecordIdentity IdentityAt(Lsn lsn) => _records[(int)lsn.Value - 1].Identity;

    public bool TryGetChange(Lsn lsn, out int key, out long value)
    {
        EncodedRecord record = _records[(int)lsn.Value - 1];
        key = record.Key;
        value = record.Value;
        return record.ChangesKey;
    }

    public void Dispose() => _store.Dispose();

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
