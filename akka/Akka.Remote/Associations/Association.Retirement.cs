using System;
using System.Threading;

namespace Akka.Remote.Associations;

/// <summary>
/// Associations with addresses where nobody ever was are forgotten after a while: anybody who may send messages can name such
/// addresses without end. With a system that was there once there are numbers to remember, those stay. All run inside Execute (A1).
/// </summary>
internal sealed partial class Association
{
    private const long RetireAfterMs = 600_000;

    private long _usedMs = Environment.TickCount64;

    /// <summary>Any thread.</summary>
    public void TryRetire(long idleMs) => Post(new AssociationInput.Retire(idleMs));

    private void OnRetire(long idleMs)
    {
        bool isOfUse = _state is not (State.Idle or State.Gated) || _uid is not null || _outbox.Count > 0 || !IsQueueEmpty;
        if (isOfUse || Environment.TickCount64 - _usedMs < idleMs || !Inbound.TryForget()) return;
        _remoting.Forget(this);
        _state = State.Closed;
        _gate?.Dispose();
        _resend.Dispose();
        Volatile.Write(ref _retired, true);
    }
}
