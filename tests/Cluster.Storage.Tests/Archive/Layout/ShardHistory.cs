using System.Buffers.Binary;
using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Checksums;
using Cluster.Storage.Log;

namespace Cluster.Storage.Tests.Archive.Layout;

/// <summary>All records that a shard ever committed, the model that archives are compared with.</summary>
internal sealed class ShardHistory
{
    public static readonly Guid Cluster = new("11111111-2222-3333-4444-555555555555");

    private readonly List<byte[]> _records = [];
    private readonly List<ulong> _digests = [0];

    public ShardHistory(int shard, int seed, int count)
    {
        Shard = shard;
        var random = new Random(seed);
        long time = 1_700_000_000_000_000;
        long term = 1;
        for (var lsn = 1; lsn <= count; lsn++)
        {
            time += random.Next(0, 1000);
            term += random.Next(30) == 0 ? random.Next(1, 3) : 0;
            var record = new byte[RecordFormat.HeaderBytes + random.Next(200)];
            random.NextBytes(record.AsSpan(RecordFormat.HeaderBytes));
            BinaryPrimitives.WriteInt32LittleEndian(record, record.Length);
            record[RecordFormat.KindOffset] = (byte)RecordKind.Keys;
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(RecordFormat.LsnOffset), lsn);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(RecordFormat.TermOffset), term);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(RecordFormat.TimestampOffset), time);
            _records.Add(record);
            _digests.Add(XxHash64.Compute(record, _digests[^1]));
        }
    }

    public int Shard { get; }

    public Lsn Last => new(_records.Count);

    public ReadOnlySpan<byte> Record(Lsn lsn) => _records[(int)lsn.Value - 1];

    public RecordView View(Lsn lsn) => RecordView.FromTrusted(Record(lsn));

    public long Time(Lsn lsn) => View(lsn).Timestamp;

    public Term Term(Lsn lsn) => lsn.IsNone ? Storage.Term.None : View(lsn).Term;

    public ArchiveMark Mark(Lsn lsn) => new(lsn, _digests[(int)lsn.Value]);

    public ArchiveHead Head(Lsn lsn) => new(Shard, lsn, _digests[(int)lsn.Value]);

    /// <summary>The last record of that moment.</summary>
    public Lsn At(long time)
    {
        var lsn = Last;
        while (!lsn.IsNone && Time(lsn) > time)
            lsn -= 1;
        return lsn;
    }

    /// <summary>These records as a file in segment format.</summary>
    public byte[] File(Lsn first, Lsn last)
    {
        var target = new MemoryStream();
        var header = new SegmentHeader(Shard, (ulong)first.Value * 77, first, Mark(first - 1).Digest, Term(first - 1), Cluster, 1_700_000_000_000_000);
        using var writer = new RecordFileWriter(target, header);
        for (var lsn = first; lsn <= last; lsn = lsn.Next)
        {
            writer.Append(View(lsn));
            if (lsn.Value % 7 == 0)
                writer.Finish();
        }

        writer.Finish();
        return target.ToArray();
    }
}
