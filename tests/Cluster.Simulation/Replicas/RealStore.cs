using System.Buffers.Binary;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Log;

namespace Cluster.Simulation.Replicas;

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
            if (Identities.Count == 0)
                FirstBytes = record.Length;
            Identities.Add(new RecordIdentity(record.Term, Hash(record.Bytes)));
            Last = record.Lsn;
            rest = rest[record.Length..];
        }

        Invariant.Check(rest.IsEmpty && Identities.Count > 0, "a batch is whole records");
    }

    public byte[] Bytes { get; }

    /// <summary>Of the shard, after <see cref="Last"/>.</summary>
    public ulong Digest { get; }

    public List<RecordIdentity> Identities { get; } = [];

    public override Lsn Last { get; }

    public override int FirstBytes { get; }

    public override int Count => Identities.Count;

    public override RecordIdentity FirstIdentity => Identities[0];

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte one in bytes)
            hash = (hash ^ one) * 1099511628211;
        return hash;
    }
}

/// <summary>A running replica's real store.</summary>
public sealed class RealStore : IReplicaStore, IDisposable
{
    private const int ReadBytesMax = 1 << 20;

    private readonly ShardStore _store;
    private readonly RealDisk _disk;
    private readonly List<RecordIdentity> _identities = [];

    public RealStore(RealDisk disk, ShardStore store)
    {
        _disk = disk;
        _store = store;
        while (_identities.Count < store.LastLsn.Value)
            _identities.AddRange(ReadFromDisk(Last, ReadBytesMax).Identities);
        Recovery = new StoreRecovery(store.FirstLsn, store.LastLsn, store.FlushedLsn, store.CommitLsn, store.Terms.Clone());
    }

    public StoreRecovery Recovery { get; }

    public Lsn Last => new(_identities.Count);

    public Lsn AppendNoOp(Term term) => Appended(_store.Log.Failure == null ? _store.AppendNoOp(term, 1) : Lsn.None);

    public Lsn AppendPut(Term term, int key, long value, int length)
    {
        Span<byte> keyBytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(keyBytes, key);
        var valueBytes = new byte[Math.Max(8, length - 64)];
        BinaryPrimitives.WriteInt64LittleEndian(valueBytes, value);
        return Appended(_store.AppendPut(term, 1, SessionStamp.None, keyBytes, valueBytes).Lsn);
    }

    public Lsn AppendDelete(Term term, int key)
    {
        Span<byte> keyBytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(keyBytes, key);
        return Appended(_store.AppendDelete(term, 1, SessionStamp.None, keyBytes).Lsn);
    }

    public bool TryAppend(RecordBatch batch)
    {
        var encoded = (EncodedBatch)batch;
        if (!_store.AppendEncoded(encoded.Bytes, encoded.Digest).Appended)
            return false;
        _identities.AddRange(encoded.Identities);
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
        if (!found.Found)
            return new KeyView(0, found.PendingLsn);
        Span<byte> value = stackalloc byte[8];
        ValueReadOutcome outcome = _store.ReadFromDisk(found.Location, keyBytes, value);
        Invariant.Check(outcome == ValueReadOutcome.Copied, "the value of a key that was found can be read");
        return new KeyView(BinaryPrimitives.ReadInt64LittleEndian(value), found.PendingLsn);
    }

    public void AdvanceCommit(Lsn commit) => _store.AdvanceCommit(commit);

    public void RequestFlush() => _store.RequestFlush();

    public void CutAfter(Lsn keep, Action done)
    {
        _identities.RemoveRange((int)keep.Value, _identities.Count - (int)keep.Value);
        _disk.NoteCut(keep);
        _store.CutAfter(keep, failure =>
        {
            if (failure == null)
                done();
        });
    }

    public RecordIdentity IdentityAt(Lsn lsn) => _identities[(int)lsn.Value - 1];

    public void Dispose() => _store.Dispose();

    private Lsn Appended(Lsn lsn)
    {
        if (lsn.IsNone)
            return lsn;
        Invariant.Check(_store.Log.TryRead(lsn - 1, 1, out LogSlice? slice) == LogReadOutcome.Records, "what was just appended is in memory");
        _identities.Add(Take(slice!).FirstIdentity);
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
