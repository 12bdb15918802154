using System;
using System.Threading;

namespace Akka.Remote.Associations;

/// <summary>
/// When the system messages of a connection are acknowledged: after so many, when one came twice (its sender waits), or else after a
/// while, all together.
/// </summary>
internal sealed class DelayedAck : IDisposable
{
    /// <summary>A small part of the sender's buffer.</summary>
    private const int MessagesMax = 64;

    private readonly TimeSpan _delay;
    private readonly Timer _timer;
    private long _acknowledged;
    private int _armed;

    /// <summary>What is due is called from any thread: acknowledge now.</summary>
    public DelayedAck(TimeSpan delay, Action due)
    {
        _delay = delay;
        _timer = new Timer(
            _ =>
            {
                Volatile.Write(ref _armed, 0);
                due();
            });
    }

    /// <summary>After a piece with system messages. True: acknowledge now.</summary>
    public bool IsDue(long deliveredThrough, bool hadDuplicate)
    {
        if (hadDuplicate || _delay <= TimeSpan.Zero || deliveredThrough - Volatile.Read(ref _acknowledged) >= MessagesMax) return true;
        if (Interlocked.Exchange(ref _armed, 1) == 0)
        {
            try
            {
                _timer.Change(_delay, Timeout.InfiniteTimeSpan);
            }
            catch (ObjectDisposedException)
            {
                // The connection has ended: the next one brings the messages again.
            }
        }

        return false;
    }

    public void Acknowledged(long through) => Volatile.Write(ref _acknowledged, through);

    public void Dispose() => _timer.Dispose();
}
