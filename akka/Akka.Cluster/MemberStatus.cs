namespace Akka.Cluster;

/// <summary>Where a member stands in its life.</summary>
public enum MemberStatus
{
    /// <summary>Has come.</summary>
    Joining = 0,
    /// <summary>A full member.</summary>
    Up = 1,
    /// <summary>Wants to go.</summary>
    Leaving = 2,
    /// <summary>About to go.</summary>
    Exiting = 3,
    /// <summary>Given up.</summary>
    Down = 4,
    /// <summary>No member (any more).</summary>
    Removed = 5,
    /// <summary>Up, although not everybody could agree.</summary>
    WeaklyUp = 6,
}
