using System.Diagnostics;

namespace Akka.Actor.Internal;

/// <summary>What stands under a child's name: the child with its restart counts, or only a reservation.</summary>
public interface IChildStats
{
}

/// <summary>A name that is taken before its actor is there.</summary>
public class ChildNameReserved : IChildStats
{
    private ChildNameReserved()
    {
    }

    /// <summary>The only one.</summary>
    public static ChildNameReserved Instance { get; } = new();

    /// <inheritdoc/>
    public override string ToString() => "Name";
}

/// <summary>What a supervisor knows of a child.</summary>
public class ChildRestartStats : IChildStats
{
    /// <summary>What a supervisor knows of a child.</summary>
    public ChildRestartStats(IInternalActorRef child, uint maxNrOfRetriesCount = 0, long restartTimeWindowStartTicks = 0)
    {
        Child = child;
        MaxNrOfRetriesCount = maxNrOfRetriesCount;
        RestartTimeWindowStartTicks = restartTimeWindowStartTicks;
    }

    /// <summary>The child.</summary>
    public IInternalActorRef Child { get; }

    /// <summary>Its incarnation.</summary>
    public long Uid => Child.Path.Uid;

    /// <summary>How often it has failed.</summary>
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
