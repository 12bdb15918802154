namespace Cluster.Storage;

/// <summary>
/// Where the bytes of a whole record lie: the number that this process gave to the segment file, the offset of the record's first
/// byte in it, and the record's length. Valid until the record is cut or its segment released; never reused for other bytes.
/// </summary>
public readonly record struct RecordLocation(int Segment, long Offset, int Length)
{
    public bool IsNone => Length == 0;
}
