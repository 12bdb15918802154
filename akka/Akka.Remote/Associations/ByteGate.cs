namespace Akka.Remote.Associations;

/// <summary>
/// Closes when so many bytes wait for a peer, and opens again when most of them have gone: a stalled peer loses one stretch of
/// messages rather than every second one. Not thread-safe.
/// </summary>
internal sealed class ByteGate(long highWaterMark, long lowWaterMark)
{
    private bool _closed;

    public bool Admits(long waitingBytes)
    {
        if (_closed) _closed = waitingBytes > lowWaterMark;
        else _closed = waitingBytes >= highWaterMark;
        return !_closed;
    }
}
