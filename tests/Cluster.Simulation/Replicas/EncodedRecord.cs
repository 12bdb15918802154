using System.Buffers.Binary;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Sessions;

namespace Cluster.Simulation.Replicas;

/// <summary>What the checks want to know of a record.</summary>
public readonly record struct EncodedRecord(RecordIdentity Identity, bool ChangesKey, int Key, long Value, Configuration? Configuration = null)
{
    /// <summary>Of a value: the value itself, and what differs from record to record.</summary>
    public const int ValueBytesMin = 16;

    public SessionMark Stamp { get; init; }

    public long Timestamp { get; init; }

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
            return new EncodedRecord(identity, false, 0, 0, ConfigurationCodec.Read(record.Lsn, record.Payload)) { Timestamp = record.Timestamp };
        if (record.Kind != RecordKind.Keys)
            return new EncodedRecord(identity, false, 0, 0) { Stamp = MarkOf(record), Timestamp = record.Timestamp };
        bool found = KeyOperationView.TryParse(record.Payload, out KeyOperationView operation);
        Invariant.Check(found, "a record of keys has an operation");
        long value = operation.Kind == KeyOperationKind.Put ? BinaryPrimitives.ReadInt64LittleEndian(operation.Value) : 0;
        int key = BinaryPrimitives.ReadInt32LittleEndian(operation.Key);
        return new EncodedRecord(identity, true, key, value) { Stamp = MarkOf(record), Timestamp = record.Timestamp };
    }

    private static SessionMark MarkOf(in RecordView record)
    {
        if (!record.HasStamp)
            return default;
        RecordStamp stamp = record.Stamp;
        return new SessionMark(new SessionStamp(stamp.Id, stamp.Sequence), stamp.Opening);
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
