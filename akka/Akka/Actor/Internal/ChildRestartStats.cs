using System.Diagnostics;

namespace Akka.Actor.Internal;

/// <summary>What stands under a child's name: the child with its restart counts, or only a reservation.</summary>
public interface IChildStats
{
}

public class ChildNameReserved : IChildStats
{
    private ChildNameReserved()
    {
    }

    public static ChildNameReserved Instance { get; } = new();

    public override string ToString() => "Name";
}

public class ChildRestartStats : IChildStats
{
    public ChildRestartStats(IInternalActorRef child, uint maxNrOfRetriesCount = 0, long restartTimeWindowStartTicks = 0)
    {
        Child = child;
        MaxNrOfRetriesCount = maxNrOfRetriesCount;
        RestartTimeWindowStartTicks = restartTimeWindowStartTicks;
    }

    public IInternalActorRef Child { get; }

    public long Uid => Child.Path.Uid;

    public uint MaxNrOfRetriesCount { get; private set; }

    /// <summary>In ticks of <see cref="Stopwatch"/>; 0 = no window has begun.</summary>
    public long RestartTimeWindowStartTicks { get; private set; }

    /// <summary>Counts a restart. Without a limit of retries a window allows one restart; negative values mean none given.</summary>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0) return false;
        bool retriesGiven = maxNrOfRetries > 0;
        bool windowGiven = withinTimeMilliseconds > 0;
        if (!windowGiven)
        {
            if (!retriesGiven) return true;
            MaxNrOfRetriesCount++;
            return MaxNrOfRetriesCount <= maxNrOfRetries;
        }

        long now = Stopwatch.GetTimestamp();
        if (RestartTimeWindowStartTicks == 0) RestartTimeWindowStartTicks = now;
        bool inside = Stopwatch.GetElapsedTime(RestartTimeWindowStartTicks, now).TotalMilliseconds <= withinTimeMilliseconds;
        if (!inside)
        {
            MaxNrOfRetriesCount = 1;
            RestartTimeWindowStartTicks = now;
            return true;
        }

        MaxNrOfRetriesCount++;
        return MaxNrOfRetriesCount <= (retriesGiven ? maxNrOfRetries : 1);
    }
}
