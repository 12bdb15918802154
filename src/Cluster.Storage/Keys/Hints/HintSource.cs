using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Hints;

/// <summary>
/// The hints of a folder in the order of their segments, for one opening. With a thread of its own it reads, checks and hashes the next ones while the
/// opening puts one into the directory; what the opening sees does not depend on that. At most three hints are in memory.
/// </summary>
internal sealed class HintSource(IFileLayer files, string folder, KeyHasher hasher, bool ownThread) : IDisposable
{
    /// <summary>A hint with more entries is not held in memory (64 MiB): it is read twice instead, to be checked and to be used.</summary>
    private const long EntriesMax = 2 << 20;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _ready = new(0);
    private readonly SemaphoreSlim _room = new(1);
    private Thread? _thread;
    private bool _started;
    private Result? _next;
    private Result _handed;
    private volatile bool _stopped;

    private readonly record struct Result(SegmentName Name, LoadedHint? Hint, Exception? Failure, bool IsEnd);

    /// <summary>
    /// The hint of that segment, null if there is none in one piece or it is too large (<paramref name="isLarge"/>). Asked in the order of segments; whether it
    /// is about that very segment is to be checked.
    /// </summary>
    public LoadedHint? Take(in SegmentName name, out bool isLarge)
    {
        var result = ownThread ? Await(name) : new Result(name, Read(name), null, false);
        if (result.Failure is { } failure)
            throw new StorageFailedException(StorageFailure.Io, "read hints", folder, 0, failure);
        isLarge = result.Hint is { Chunks: 0, Header.Entries: > EntriesMax };
        return isLarge ? null : result.Hint;
    }

    /// <summary>Of segments that end there or before, keys are not wanted. Set before the first is taken.</summary>
    public Lsn KeysAfter { get; set; }

    /// <summary>
    /// Keys that the newest hint speaks of, 0 if it does not; never more than all hints have entries, and <paramref name="elsewhere"/> (data files).
    /// </summary>
    public long ExpectedKeys(long elsewhere)
    {
        long entries = elsewhere, keys = 0;
        foreach (var name in Names())
        {
            using var reader = HintReader.TryOpen(files, folder, name);
            if (reader is null)
                continue;
            entries += Math.Max(0, Math.Min(reader.Header.Entries, reader.Header.BlockBytes / HintEntry.HeadBytes));
            keys = reader.Header.Keys;
        }

        return Math.Clamp(keys, 0, entries);
    }

    public void Dispose()
    {
        _stopped = true;
        _room.Release();
        _thread?.Join();
        _ready.Dispose();
        _room.Dispose();
    }

    private Result Await(in SegmentName name)
    {
        if (!_started)
        {
            _started = true;
            _thread = new Thread(Run) { IsBackground = true, Name = "storage-hints" };
            _thread.Start();
        }

        while (true)
        {
            _next ??= Receive();
            var next = _next.Value;
            if (next.IsEnd || next.Name.First > name.First)
                return new Result(name, null, next.Failure, false);
            _next = null;
            if (next.Name.Equals(name))
                return next;
        }
    }

    private Result Receive()
    {
        _ready.Wait();
        Result result;
        lock (_gate)
            result = _handed;
        if (!result.IsEnd)
            _room.Release();
        return result;
    }

    private void Run()
    {
        Exception? failure = null;
        try
        {
            foreach (var name in Names())
            {
                if (!Hand(new Result(name, Read(name), null, false)))
                    return;
            }
        }
        catch (Exception error)
        {
            // Thrown again on the thread that opens: this one has nobody to tell.
            failure = error;
        }

        Hand(new Result(default, null, failure, true));
    }

    /// <summary>False: nobody waits any more.</summary>
    private bool Hand(in Result result)
    {
        _room.Wait();
        if (_stopped)
            return false;
        lock (_gate)
            _handed = result;
        _ready.Release();
        return true;
    }

    private LoadedHint? Read(in SegmentName name)
    {
        using var reader = HintReader.TryOpen(files, folder, name);
        if (reader is null)
            return null;
        try
        {
            return reader.Header.Entries > EntriesMax ? new LoadedHint(reader.Header) : LoadedHint.Read(reader, hasher, keys: name.Last > KeysAfter);
        }
        catch (StorageFailedException)
        {
            // The segment is read instead.
            return null;
        }
    }

    private List<SegmentName> Names()
    {
        var names = new List<SegmentName>();
        foreach (var file in files.ListFiles(folder))
        {
            if (SegmentName.TryParse(file, out var segment) && segment.IsSealed)
                names.Add(segment);
        }

        names.Sort(static (left, right) => left.First.Value.CompareTo(right.First.Value));
        return names;
    }
}
