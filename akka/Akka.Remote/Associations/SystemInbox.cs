namespace Akka.Remote.Associations;

internal enum SystemArrival
{
    Deliver,
    Duplicate,

    /// <summary>An earlier one is missing: the connection is given up, so that the sender starts again from what was acknowledged.</summary>
    Gap,
}

/// <summary>Which system messages of one incarnation of a peer have been delivered. Outlives its connections. Pure.</summary>
internal sealed class SystemInbox
{
    public long DeliveredThrough { get; private set; }

    public SystemArrival Accept(long number)
    {
        if (number <= DeliveredThrough) return SystemArrival.Duplicate;
        if (number > DeliveredThrough + 1) return SystemArrival.Gap;
        DeliveredThrough = number;
        return SystemArrival.Deliver;
    }
}
