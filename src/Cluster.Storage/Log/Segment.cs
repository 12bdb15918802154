using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// One segment file as this process knows it. The owner of the log lays it out, the writer creates, extends and seals it, readers on
/// any thread hold it with <see cref="TryAcquire"/>: its file stays readable, although it may be unlinked, until the last lets go.
/// </summary>
internal sealed class Segment(int number, SegmentHeader header)
{
    private readonly Lock _gate = new();
    private readonly List<SeekEntry> _seek = [];
    private ReferenceCount _references = new();
    private long _writtenBytes;
    private long _last;

    /// <summary>A batch start, the first LSN there and the digest before it.</summary>
    internal readonly record struct SeekEntry(Lsn First, long Offset, ulong DigestBefore);

    /// <summary>Distance of seek entries in the file: 24 bytes of memory per 64 KiB.</summary>
    private const int SeekStepBytes = 64 << 10;

    public int Number => number;

    public SegmentHeader Header => header;

    public Lsn First => header.First;

    /// <summary>The last record written to the file; First.Value - 1 while there is none. Any thread.</summary>
    public Lsn Last => new(Volatile.Read(ref _last));

    /// <summary>End of the last batch written. Any thread.</summary>
    public long WrittenBytes => Volatile.Read(ref _writtenBytes);

    /// <summary>Null until the writer has created the file.</summary>
    public IDataFile? File { get; private set; }

    public string Path { get; set; } = "";

    public bool IsSealed { get; set; }

    public void Attach(IDataFile file, string path)
    {
        Volatile.Write(ref _last, header.First.Value - 1);
        Volatile.Write(ref _writtenBytes, SegmentHeader.Bytes);
        Path = path;
        File = file;
    }

    /// <summary>Writer or recovery: a batch is now in the file.</summary>
    public void Written(Lsn first, Lsn last, long offset, int length, ulong digestBefore)
    {
        lock (_gate)
        {
            if (_seek.Count == 0 || offset - _seek[^1].Offset >= SeekStepBytes)
                _seek.Add(new SeekEntry(first, offset, digestBefore));
        }

        Volatile.Write(ref _last, last.Value);
        Volatile.Write(ref _writtenBytes, offset + length);
    }

    /// <summary>Recovery, without having read the file: it ends there, with that record.</summary>
    public void Restored(Lsn last, long length, IReadOnlyList<BatchPlace> batches)
    {
        lock (_gate)
        {
            foreach (var batch in batches)
                _seek.Add(new SeekEntry(batch.First, batch.Offset, batch.DigestBefore));
        }

        Volatile.Write(ref _last, last.Value);
        Volatile.Write(ref _writtenBytes, length);
    }

    /// <summary>Writer: the file now ends there, with that record.</summary>
    public void CutTo(Lsn last, long length)
    {
        lock (_gate)
        {
            while (_seek.Count > 0 && _seek[^1].First > last)
                _seek.RemoveAt(_seek.Count - 1);
        }

        Volatile.Write(ref _writtenBytes, length);
        Volatile.Write(ref _last, last.Value);
    }

    /// <summary>The nearest known batch start at or before that record.</summary>
    public SeekEntry Seek(Lsn lsn)
    {
        lock (_gate)
        {
            int low = 0, high = _seek.Count - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                if (_seek[middle].First <= lsn)
                    low = middle + 1;
                else
                    high = middle - 1;
            }

            return high < 0 ? new SeekEntry(First, SegmentHeader.Bytes, header.DigestBefore) : _seek[high];
        }
    }

    public bool TryAcquire() => _references.TryAdd();

    public void Release()
    {
        if (_references.RemoveIsLast())
            File?.Dispose();
    }
}
