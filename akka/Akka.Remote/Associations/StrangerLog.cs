using System.Threading;
using Akka.Event;

namespace Akka.Remote.Associations;

/// <summary>Connections that never became associations. The first of a second is described, of the others there is the number.</summary>
internal sealed class StrangerLog(ILoggingAdapter log)
{
    private int _described;
    private int _more;

    public void Add(string from, string why)
    {
        if (Interlocked.Exchange(ref _described, 1) == 0) log.Warning("Connection from [{0}] refused: {1}", from, why);
        else Interlocked.Increment(ref _more);
    }

    /// <summary>Once per housekeeping.</summary>
    public void Report()
    {
        Volatile.Write(ref _described, 0);
        int more = Interlocked.Exchange(ref _more, 0);
        if (more > 0) log.Warning("[{0}] more connections of strangers were refused", more);
    }
}
