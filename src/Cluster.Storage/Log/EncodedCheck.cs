using Cluster.Storage.Checksums;

namespace Cluster.Storage.Log;

/// <summary>Judges foreign records before the first of them is appended: whole, known kinds, following the log's end in LSN, term and time.</summary>
internal ref struct EncodedCheck(Lsn last, Term term, long timestamp, ulong digest)
{
    public Lsn Last { get; private set; } = last;

    /// <summary>The digest that the log would have after them.</summary>
    public ulong Digest { get; private set; } = digest;

    public void All(ReadOnlySpan<byte> records)
    {
        while (records.Length > 0)
        {
            var expected = Last.Next;
            if (!RecordView.TryParse(records, out var record))
                throw new InvalidRecordException(expected, "its bytes are no whole record");
            if (record.Lsn != expected)
                throw new InvalidRecordException(expected, $"it says LSN {record.Lsn}");
            if (!RecordFormat.IsKnown(record.Kind))
                throw new InvalidRecordException(expected, $"kind {(byte)record.Kind} is not known to this version");
            if (record.Term < term)
                throw new InvalidRecordException(expected, $"its term {record.Term} is below {term}");
            if (record.Timestamp < timestamp)
                throw new InvalidRecordException(expected, "its time is before that of its predecessor");
            term = record.Term;
            timestamp = record.Timestamp;
            Last = expected;
            Digest = XxHash64.Compute(record.Bytes, Digest);
            records = records[record.Length..];
        }
    }
}
