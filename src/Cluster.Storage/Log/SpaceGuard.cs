using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>
/// Watches the free space under a data folder, once a second, and holds a reserve there (S10). Client writes stop at the low mark, while there
/// is still room for what was accepted, and go on at the high mark. When the disk is full all the same, the reserve goes to
/// what keeps the shards governable: no-ops, configurations, votes. One per data folder.
///
/// Invariants:
/// I1  low, once reached, ends only at a measurement of at least the high mark plus what the reserve lacks;
/// I2  the last quarter of the reserve is for the node's state file alone: a full disk never keeps a node from voting.
/// </summary>
public sealed class SpaceGuard : IStorageParticipant, IDisposable
{
    public const string ReserveFileName = "space.reserve";

    /// <summary>The reserve is given back in so many steps.</summary>
    private const int Steps = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly SpaceLimits _limits;
    private readonly IFileLayer _files;
    private readonly IStorageEvents _events;
    private readonly IStorageLane _lane;
    private readonly IDataFile? _reserve;
    private StorageFailedException? _shortage;
    private bool _disposed;

    private SpaceGuard(string folder, SpaceLimits limits, StorageEnvironment environment, IDataFile? reserve)
    {
        _folder = folder;
        _limits = limits;
        _files = environment.Files;
        _events = environment.Events;
        _lane = environment.Scheduler.Assign();
        _reserve = reserve;
    }

    /// <summary>Why client writes are to be refused, or null. Any thread.</summary>
    public StorageFailedException? Shortage => Volatile.Read(ref _shortage);

    /// <summary>Bytes of the reserve that are still held. Any thread.</summary>
    public long ReserveHeld
    {
        get
        {
            lock (_gate)
                return _reserve?.Length ?? 0;
        }
    }

    /// <summary>
    /// Measures, and fills the reserve if there is room above the high mark. A folder in which the reserve cannot be made (full,
    /// read-only) has none. Blocks.
    /// </summary>
    public static SpaceGuard Open(string folder, SpaceLimits limits, StorageEnvironment environment)
    {
        IDataFile? reserve = null;
        try
        {
            var path = Path.Combine(folder, ReserveFileName);
            reserve = environment.Files.Open(path, environment.Files.FileExists(path) ? FileOpening.Write : FileOpening.Create);
        }
        catch (StorageFailedException)
        {
            // The measurement below tells what is to be told.
        }

        var guard = new SpaceGuard(folder, limits, environment, reserve);
        guard.Measure(first: true);
        guard._lane.ScheduleAfter(guard, Interval);
        return guard;
    }

    /// <summary>
    /// A write found no space. True if a step of the reserve was given back, so that it may be tried again at once. Any thread.
    /// </summary>
    /// <param name="forState">The write was one of the node's state file.</param>
    public bool TryRelease(bool forState)
    {
        lock (_gate)
        {
            NoteLow(0);
            var held = _reserve?.Length ?? 0;
            var step = Math.Max(1, _limits.ReserveBytes / Steps);
            if (_disposed || held == 0 || (!forState && held <= _limits.ReserveBytes / 4))
                return false;
            try
            {
                _reserve!.Truncate(Math.Max(0, held - step));
                // Blocks of an uncommitted truncation cannot be used yet.
                _reserve.Sync();
                return true;
            }
            catch (StorageFailedException)
            {
                return false;
            }
        }
    }

    /// <summary>Whether a write of that size is worth a try. Any thread.</summary>
    public bool HasSpaceFor(long bytes)
    {
        try
        {
            return _files.FreeBytes(_folder) >= bytes;
        }
        catch (StorageFailedException)
        {
            return true;
        }
    }

    void IStorageParticipant.WriteStep()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
        }

        Measure(first: false);
        _lane.ScheduleAfter(this, Interval);
    }

    void IStorageParticipant.SyncStep()
    {
    }

    /// <summary>Stops measuring. The reserve stays where it is.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _reserve?.Dispose();
        }
    }

    private void Measure(bool first)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            try
            {
                var free = _files.FreeBytes(_folder);
                var lacking = Math.Max(0, _limits.ReserveBytes - (_reserve?.Length ?? 0));
                if (free < _limits.LowBytes)
                {
                    NoteLow(free);
                }
                else if ((_shortage is not null || first) && free >= _limits.HighBytes + lacking)
                {
                    if (lacking > 0)
                        _reserve?.Allocate(_limits.ReserveBytes);
                    if (_shortage is null)
                        return;
                    Volatile.Write(ref _shortage, null);
                    _events.SpaceRecovered(_folder, free);
                }
            }
            catch (StorageFailedException)
            {
                // What cannot be measured or reserved now is tried again in a second; a write that finds no space says so itself.
            }
        }
    }

    private void NoteLow(long free)
    {
        if (_shortage is not null)
            return;
        Volatile.Write(ref _shortage, new StorageFailedException(StorageFailure.NoSpace, "keep space for", _folder));
        _events.SpaceLow(_folder, free);
    }
}
