namespace Cluster.Storage.Keys;

/// <summary>What a record's payload must look like. Used before a foreign record is appended and again when a log is replayed.</summary>
internal static class RecordRules
{
    /// <summary>Throws <see cref="InvalidRecordException"/>, and returns the number of key operations (a whole-shard mark is one).</summary>
    public static int Check(in RecordView record)
    {
        switch (record.Kind)
        {
            case RecordKind.Keys:
                return CountOperations(record);
            case RecordKind.NoOp or RecordKind.Time or RecordKind.FlushKeys:
                if (!record.Payload.IsEmpty)
                    throw new InvalidRecordException(record.Lsn, $"a {record.Kind} record has no payload");
                return record.Kind == RecordKind.FlushKeys ? 1 : 0;
            case RecordKind.Configuration or RecordKind.Topology:
                return 0;
            default:
                throw new InvalidRecordException(record.Lsn, $"this version does not know record kind {(byte)record.Kind}");
        }
    }

    private static int CountOperations(in RecordView record)
    {
        var count = 0;
        for (var rest = record.Payload; !rest.IsEmpty; count++)
        {
            if (!KeyOperationView.TryParse(rest, out var operation))
                throw new InvalidRecordException(record.Lsn, $"key operation {count + 1} is malformed");
            rest = rest[operation.Length..];
        }

        if (count == 0)
            throw new InvalidRecordException(record.Lsn, "a record of key operations has none");
        return count;
    }
}
