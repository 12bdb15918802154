using System.Collections.Generic;

namespace Akka.Remote.Associations;

/// <summary>
/// System messages to one incarnation of a peer, numbered from 1 without gaps and kept until the peer has acknowledged them. Pure.
/// </summary>
internal sealed class SystemOutbox(int capacity)
{
    private readonly Queue<Numbered> _unacknowledged = new();
    private long _last;

    public int Count => _unacknowledged.Count;

    /// <summary>Number of the oldest that is not acknowledged; 0: none.</summary>
    public long Oldest => _unacknowledged.TryPeek(out Numbered first) ? first.Number : 0;

    /// <summary>In the order of their numbers.</summary>
    public IEnumerable<Numbered> Unacknowledged => _unacknowledged;

    /// <summary>The message's number; 0 when the buffer is full.</summary>
    public long Add(in OutboundItem item)
    {
        if (_unacknowledged.Count >= capacity) return 0;
        _unacknowledged.Enqueue(new Numbered(++_last, item));
        return _last;
    }

    /// <summary>Everything through that number is delivered. False: the peer acknowledges what it cannot have got.</summary>
    public bool Acknowledge(long through)
    {
        if (through > _last) return false;
        while (_unacknowledged.TryPeek(out Numbered first) && first.Number <= through) _unacknowledged.Dequeue();
        return true;
    }

    /// <summary>For another incarnation, or after the messages have been given up before any of them could arrive.</summary>
    public void Reset()
    {
        _unacknowledged.Clear();
        _last = 0;
    }

    internal readonly record struct Numbered(long Number, OutboundItem Item);
}
