using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>The world outside Storage, in one place, so that a test can drive all of it on one thread in an order of its choice.</summary>
public sealed record StorageEnvironment
{
    public required IFileLayer Files { get; init; }

    public required IStorageScheduler Scheduler { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Random segment ids. Called by one shard's owner or writer at a time, but by many shards.</summary>
    public required Func<ulong> RandomId { get; init; }

    /// <summary>Changes with every boot of the machine: tells a crash of the process from a loss of the page cache.</summary>
    public required Guid BootId { get; init; }

    public IStorageEvents Events { get; init; } = IStorageEvents.Silent;

    /// <summary>Null: space is not watched, a full disk is met when a write fails (tests, tools).</summary>
    public SpaceGuard? Space { get; init; }

    /// <summary>Whether an opening may use a second thread for reading and hashing. What it finds does not depend on it.</summary>
    public bool Parallel { get; init; }

    public ICrashPoints CrashPoints { get; init; } = ICrashPoints.None;

    /// <summary>The real world, with a writer pool that the caller owns.</summary>
    public static StorageEnvironment ForProcess(IStorageScheduler scheduler, IStorageEvents? events = null) => new()
    {
        Files = new PosixFileLayer(),
        Scheduler = scheduler,
        Time = TimeProvider.System,
        Parallel = Environment.ProcessorCount > 1,
        RandomId = static () => unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue)),
        BootId = PosixFileLayer.ReadBootId(),
        Events = events ?? IStorageEvents.Silent,
        CrashPoints = EnvironmentCrashPoints.FromEnvironment(),
    };
}
