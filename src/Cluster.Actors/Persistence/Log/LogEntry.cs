using Cluster.Storage;

namespace Cluster.Actors.Persistence.Log;

/// <summary>
/// Where an entry's bytes lie. It keeps its origin, the record and place that it was first written with, for ever; the bytes move when
/// the log is compacted. Guarded by the log's lock.
/// </summary>
internal sealed class LogEntry(long sequenceNr, long ticks, EntryOrigin origin)
{
    public long SequenceNr { get; } = sequenceNr;

    public long Ticks { get; } = ticks;

    public EntryOrigin Origin { get; } = origin;

    public Lsn Lsn { get; private set; }

    public RecordLocation Record { get; private set; }

    /// <summary>Of the entry within its record, and its length, checksum included.</summary>
    public int Offset { get; private set; }

    public int Length { get; private set; }

    public bool IsRemoved { get; set; }

    public void MoveTo(Lsn lsn, RecordLocation record, int offset, int length)
    {
        Lsn = lsn;
        Record = record;
        Offset = offset;
        Length = length;
    }
}

/// <summary>Identifies an entry through all its copies.</summary>
internal readonly record struct EntryOrigin(long Lsn, int Index) : IComparable<EntryOrigin>
{
    public int CompareTo(EntryOrigin other) => Lsn != other.Lsn ? Lsn.CompareTo(other.Lsn) : Index.CompareTo(other.Index);
}
