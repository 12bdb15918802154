namespace Cluster.Storage.Log;

/// <summary>
/// A stretch of one segment file in memory, byte for byte as it is or will be on disk: batch headers and records. The owner fills it,
/// the writer completes the headers of batches that it takes, readers on any thread read records below <see cref="Published"/>.
///
/// Invariants:
/// I1  bytes of records below Published never change; header bytes may, so readers skip them by length and trust only the magic;
/// I2  every seek entry names the start of a record or of a batch header below Published;
/// I3  the memory lives while the reference count is above zero: one reference is the buffer's, one each slice's.
/// </summary>
internal sealed unsafe class WalChunk
{
    /// <summary>Distance of seek entries within a chunk, in bytes.</summary>
    private const int SeekStepBytes = 4 << 10;

    private readonly NativeBlock _block;
    private readonly SeekEntry[] _seek;
    private int _seekCount;
    private int _published;
    private long _last;
    private ReferenceCount _references = new();

    /// <param name="segment">The segment whose file the chunk mirrors.</param>
    /// <param name="fileStart">Offset in that file of the chunk's first byte.</param>
    /// <param name="first">LSN of the first record to come.</param>
    public WalChunk(NativeBlock block, Segment segment, long fileStart, Lsn first)
    {
        _block = block;
        Segment = segment;
        FileStart = fileStart;
        First = first;
        _last = first.Value - 1;
        _seek = new SeekEntry[(block.Capacity / SeekStepBytes) + 1];
    }

    /// <summary>Where a record begins, and the digest before it.</summary>
    internal readonly record struct SeekEntry(Lsn First, int Offset, ulong DigestBefore);

    public Segment Segment { get; }

    public long FileStart { get; }

    public Lsn First { get; }

    public int Capacity => _block.Capacity;

    /// <summary>Owner only: end of what is laid out, published or not.</summary>
    public int Used { get; set; }

    /// <summary>End of the committed records. Any thread.</summary>
    public int Published => Volatile.Read(ref _published);

    /// <summary>The newest committed record in the chunk; First.Value - 1 while there is none. Any thread.</summary>
    public Lsn Last => new(Volatile.Read(ref _last));

    public byte* Address => _block.Address;

    public Span<byte> Span(int offset, int length) => new(_block.Address + offset, length);

    /// <summary>Owner: the record [start, end) is complete and follows the one before.</summary>
    public void Publish(Lsn lsn, int start, int end, ulong digestBefore)
    {
        if (_seekCount == 0 || start - _seek[_seekCount - 1].Offset >= SeekStepBytes)
        {
            _seek[_seekCount] = new SeekEntry(lsn, start, digestBefore);
            Volatile.Write(ref _seekCount, _seekCount + 1);
        }

        Volatile.Write(ref _last, lsn.Value);
        Volatile.Write(ref _published, end);
    }

    /// <summary>The nearest known record start at or before that record, which lies in this chunk.</summary>
    public SeekEntry Seek(Lsn lsn)
    {
        int low = 0, high = Volatile.Read(ref _seekCount) - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (_seek[middle].First <= lsn)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return _seek[high];
    }

    /// <summary>Only under the buffer's lock, or by a holder of a reference.</summary>
    public void AddReference() => _references.Add();

    public void Release()
    {
        if (_references.RemoveIsLast())
            _block.Return();
    }
}
