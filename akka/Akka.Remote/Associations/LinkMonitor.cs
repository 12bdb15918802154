using Akka.Remote.Sockets;

namespace Akka.Remote.Associations;

/// <summary>
/// Tells a silent connection from a living one by the failure detector that is configured. Whatever comes in counts as a heartbeat,
/// looked at once per housekeeping: the detector costs nothing per message.
/// </summary>
internal sealed class LinkMonitor
{
    private readonly FailureDetector _detector;
    private readonly TcpLink _link;
    private long _seenMs;

    public LinkMonitor(TcpLink link, FailureDetector detector)
    {
        _link = link;
        _detector = detector;
        _seenMs = link.LastReceivedMs;
        detector.HeartBeat();
    }

    /// <summary>From the housekeeping only.</summary>
    public bool IsAlive()
    {
        long received = _link.LastReceivedMs;
        if (received != _seenMs)
        {
            _seenMs = received;
            _detector.HeartBeat();
        }

        return _detector.IsAvailable;
    }
}
