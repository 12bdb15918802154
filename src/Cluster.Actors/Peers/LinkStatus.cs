using System.Collections.Concurrent;

namespace Cluster.Actors.Peers;

/// <summary>
/// What operators see of the links to one other node, over the whole life of the process. Written by the link, read by anybody; each value is consistent in itself.
/// </summary>
public sealed class LinkStatus(Guid node)
{
    private long _framesSent;
    private long _bytesSent;
    private long _framesReceived;
    private long _bytesReceived;
    private long _heardAt;
    private long _skew;
    private long _opened;
    private long _lost;
    private long _closedDropped;
    private volatile LinkPort? _port;
    private volatile bool _connected;

    public Guid Node { get; } = node;

    public bool Connected { get => _connected; internal set => _connected = value; }

    public long FramesSent => Interlocked.Read(ref _framesSent);

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public long FramesReceived => Interlocked.Read(ref _framesReceived);

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>How often the link was opened, and how often it was lost or the peer had hardly been heard.</summary>
    public long Opened => Interlocked.Read(ref _opened);

    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Messages that found the queue full or the link closed.</summary>
    public long Dropped => Interlocked.Read(ref _closedDropped) + (_port?.Dropped ?? 0);

    public long WaitingBytes => _port?.WaitingBytes ?? 0;

    /// <summary>Monotonic µs of the newest frame; 0: none.</summary>
    public long HeardAt => Interlocked.Read(ref _heardAt);

    /// <summary>Its wall clock less ours when its newest frame came, µs; the way of the frame makes it look slow by as much.</summary>
    public long SkewMicros => Interlocked.Read(ref _skew);

    internal void Attach(LinkPort? port)
    {
        if (_port is { } old) Interlocked.Add(ref _closedDropped, old.Dropped);
        _port = port;
    }

    internal void NoteOpened()
    {
        Interlocked.Increment(ref _opened);
        _connected = true;
    }

    internal void NoteLost()
    {
        Interlocked.Increment(ref _lost);
        _connected = false;
    }

    internal void Sent(int bytes)
    {
        Interlocked.Increment(ref _framesSent);
        Interlocked.Add(ref _bytesSent, bytes);
    }

    internal void Received(int bytes, long skewMicros, long now)
    {
        Interlocked.Increment(ref _framesReceived);
        Interlocked.Add(ref _bytesReceived, bytes);
        Interlocked.Exchange(ref _skew, skewMicros);
        Interlocked.Exchange(ref _heardAt, now);
    }
}

/// <summary>The links of a node. Lives as long as the process; any thread.</summary>
public sealed class LinkDirectory
{
    private readonly ConcurrentDictionary<Guid, LinkStatus> _links = new();

    public ICollection<LinkStatus> All => _links.Values;

    internal LinkStatus Of(Guid node) => _links.GetOrAdd(node, static node => new LinkStatus(node));
}
