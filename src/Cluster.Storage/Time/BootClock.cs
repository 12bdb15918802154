using Cluster.Storage.Files;

namespace Cluster.Storage.Time;

/// <summary>
/// A monotonic clock that also runs while the machine is suspended (CLOCK_BOOTTIME). The runtime's own stands still then, and
/// a lease that was measured by it would outlive its time. Wall time and timers are the system's.
/// </summary>
public sealed class BootClock : TimeProvider
{
    private const long NanosPerSecond = 1_000_000_000;

    private BootClock()
    {
    }

    /// <summary>Null where the system has no such clock.</summary>
    public static BootClock? Instance { get; } = IsAvailable() ? new BootClock() : null;

    public override long TimestampFrequency => NanosPerSecond;

    public override long GetTimestamp()
    {
        Libc.ClockGetTime(Libc.CLOCK_BOOTTIME, out var time);
        return time.Seconds * NanosPerSecond + time.Nanoseconds;
    }

    private static bool IsAvailable()
    {
        try
        {
            return OperatingSystem.IsLinux() && Libc.ClockGetTime(Libc.CLOCK_BOOTTIME, out _) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }
}
