using System;
using System.Threading;

namespace Akka.Remote.Associations;

/// <summary>
/// Runs while system messages wait for their acknowledgement; belongs to an association (A1), only its ticks come from elsewhere. It
/// is due when the oldest message is still the one it was a whole interval before.
/// </summary>
internal sealed class ResendTimer : IDisposable
{
    private readonly TimeSpan _interval;
    private readonly Timer _timer;
    private bool _armed;
    private long _oldest;

    public ResendTimer(TimeSpan interval, Action tick)
    {
        _interval = interval;
        _timer = new Timer(_ => tick());
    }

    /// <param name="oldest">Number of the oldest message that is not acknowledged; 0: none.</param>
    public void Arm(long oldest)
    {
        if (_armed || oldest == 0) return;
        _armed = true;
        _oldest = oldest;
        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>After a tick. True: time to send again.</summary>
    public bool IsDue(long oldest)
    {
        bool due = _armed && oldest != 0 && oldest == _oldest;
        _armed = false;
        return due;
    }

    public void Dispose() => _timer.Dispose();
}
