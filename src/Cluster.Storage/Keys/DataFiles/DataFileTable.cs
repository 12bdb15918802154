using Cluster.Storage.State;

namespace Cluster.Storage.Keys.DataFiles;

/// <summary>The data files of a shard. Changed by the opening and by the merge, read on any thread.</summary>
internal sealed class DataFileTable
{
    private readonly Lock _gate = new();
    private DataFile[] _byRange = [];
    private DataFile[] _byNumber = [];
    private uint _lastNumber;
    private bool _closed;

    /// <summary>By LSN range.</summary>
    public DataFile[] Current => Volatile.Read(ref _byRange);

    public uint NextNumber() => DataFile.NumberFlag | Interlocked.Increment(ref _lastNumber);

    /// <summary>
    /// Makes readable what a merge has written, while its sources still are. The set by range stays as it is until <see cref="Replace"/>.
    /// </summary>
    public void Add(DataFile file)
    {
        lock (_gate)
        {
            if (_closed)
                file.Release();
            else
                Volatile.Write(ref _byNumber, [.. _byNumber, file]);
        }
    }

    /// <summary>The live files from now on, by range; what is not among them is closed when its last reader lets go.</summary>
    public void Replace(DataFile[] live)
    {
        DataFile[] old;
        lock (_gate)
        {
            if (_closed)
                return;
            old = _byNumber;
            var byNumber = live.ToArray();
            Array.Sort(byNumber, static (left, right) => left.Number.CompareTo(right.Number));
            Volatile.Write(ref _byRange, live);
            Volatile.Write(ref _byNumber, byNumber);
        }

        foreach (var file in old)
        {
            if (Array.IndexOf(live, file) < 0)
                file.Release();
        }
    }

    public void Close()
    {
        DataFile[] all;
        lock (_gate)
        {
            _closed = true;
            all = _byNumber;
            Volatile.Write(ref _byNumber, []);
            Volatile.Write(ref _byRange, []);
        }

        foreach (var file in all)
            file.Release();
    }

    /// <summary>
    /// Holds every file that the manifest names for the caller. False, and nothing is held: a newer manifest has taken that one's place.
    /// </summary>
    public bool TryAcquire(ShardManifest manifest, List<DataFile> held)
    {
        var files = Volatile.Read(ref _byNumber);
        foreach (var info in manifest.Files)
        {
            var file = Array.Find(files, candidate => candidate.Info.Id == info.Id);
            if (file?.TryAcquire() == true)
            {
                held.Add(file);
                continue;
            }

            foreach (var other in held)
                other.Release();
            held.Clear();
            return false;
        }

        return true;
    }

    /// <summary>The file with that number, held for the caller, or null if it is gone.</summary>
    public DataFile? Acquire(uint number)
    {
        var files = Volatile.Read(ref _byNumber);
        int low = 0, high = files.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (files[middle].Number == number)
                return files[middle].TryAcquire() ? files[middle] : null;
            if (files[middle].Number < number)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return null;
    }
}
