namespace Cluster.Storage.Log;

/// <summary>
/// The pins of one log. A release asks before each segment; a pin is taken only while its records are not released.
/// Invariant: under the lock a segment is either claimed for release or held by a pin, never both.
/// </summary>
internal sealed class LogPins(Lsn releasedThrough)
{
    private readonly Lock _gate = new();
    private readonly List<LogPin> _pins = [];
    private Lsn _released = releasedThrough;

    /// <summary>Null if a record behind that one is already released.</summary>
    public LogPin? TryAdd(Lsn after, long bytesMax)
    {
        lock (_gate)
        {
            if (after < _released)
                return null;
            var pin = new LogPin(this, after, bytesMax);
            _pins.Add(pin);
            return pin;
        }
    }

    /// <summary>The oldest place that can still be pinned, pinned.</summary>
    public LogPin AddOldest(long bytesMax)
    {
        lock (_gate)
        {
            var pin = new LogPin(this, _released, bytesMax);
            _pins.Add(pin);
            return pin;
        }
    }

    public void Remove(LogPin pin)
    {
        lock (_gate)
            _pins.Remove(pin);
    }

    /// <summary>
    /// Whether the oldest segment may go. Pins that hold more than their limit of what the release would free are revoked first.
    /// </summary>
    public bool TryClaim(Segment oldest, ReadOnlySpan<Segment> segments, Lsn floor, Action<LogPin> revoked)
    {
        lock (_gate)
        {
            var held = false;
            for (var i = _pins.Count - 1; i >= 0; i--)
            {
                var pin = _pins[i];
                if (pin.After >= oldest.Last)
                {
                    pin.NoteHeld(0);
                    continue;
                }

                pin.NoteHeld(BytesFor(pin.After, segments, floor));
                if (pin.BytesHeld <= pin.BytesMax)
                {
                    held = true;
                    continue;
                }

                pin.Revoke();
                revoked(pin);
            }

            if (!held)
                _released = oldest.Last;
            return !held;
        }
    }

    /// <summary>Bytes of the segments that a release to that floor would free, were it not for a pin there.</summary>
    private static long BytesFor(Lsn after, ReadOnlySpan<Segment> segments, Lsn floor)
    {
        long bytes = 0;
        for (var i = 0; i + 1 < segments.Length && segments[i + 1].IsSealed && segments[i].Last < floor; i++)
            bytes += segments[i].Last > after ? segments[i].WrittenBytes : 0;
        return bytes;
    }
}
