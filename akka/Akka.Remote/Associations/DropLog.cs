using System.Threading;
using Akka.Actor;
using Akka.Event;

namespace Akka.Remote.Associations;

/// <summary>Dropped messages are counted and logged once per housekeeping, not one by one.</summary>
internal sealed class DropLog(ILoggingAdapter log, Address remoteAddress)
{
    private long _dropped;
    private string _why;

    public void Add(string why)
    {
        Volatile.Write(ref _why, why);
        Interlocked.Increment(ref _dropped);
    }

    public void Report()
    {
        long dropped = Interlocked.Exchange(ref _dropped, 0);
        if (dropped > 0) log.Warning("[{0}] messages to [{1}] were dropped: {2}", dropped, remoteAddress, Volatile.Read(ref _why));
    }
}
