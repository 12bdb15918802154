namespace Cluster.Storage;

/// <summary>A copy of a configuration or topology record. Such records are rare and small.</summary>
public sealed record ControlRecord(RecordKind Kind, Lsn Lsn, Term Term, long Timestamp, ReadOnlyMemory<byte> Payload);
