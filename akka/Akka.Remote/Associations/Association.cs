using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Remote.Transport;
using Akka.Remote.Wire;

namespace Akka.Remote.Associations;

/// <summary>
/// Everything that this system sends to one address, and the connection it is sent on.
///
/// States (only <see cref="Execute"/> changes them):
///   Idle        no connection; the first message opens one
///   Connecting  messages wait, as bytes
///   Active      messages are encoded and sent in batches
///   Gated       user messages become dead letters until the gate opens or the peer arrives by itself
///   Closed      remoting is shutting down, or the association is forgotten
///
/// Invariants:
///   A1  One thread at a time is in Execute; senders only enqueue and wake it. Senders never block.
///   A2  Messages of one sender leave in the order they were sent; system and user messages share that order while the connection lasts.
///   A3  A system message stays in the outbox until it is acknowledged by the incarnation it was numbered for, or that incarnation
///       is gone or quarantined.
///   A4  Memory is bounded: messages in the queue, system messages in the outbox, encoded bytes that wait for a connection or that
///       the socket does not take.
///   A5  Nothing is sent to a quarantined incarnation.
/// </summary>
internal sealed partial class Association : IThreadPoolWorkItem
{
    /// <summary>Messages; the pump normally keeps the queue almost empty, so this is for a pump that gets no thread.</summary>
    private const int QueueLimit = 1_000_000;

    /// <summary>Messages per turn, so that many associations share the pool's threads.</summary>
    private const int ItemsPerTurn = 10_000;

    /// <summary>About what a turn on another thread costs.</summary>
    private static readonly long QuietTicks = Stopwatch.Frequency / 100_000;

    private readonly Remoting _remoting;
    private readonly ConcurrentQueue<OutboundItem> _queue = new();
    private readonly ConcurrentQueue<OutboundItem> _urgent = new();
    private readonly ConcurrentQueue<AssociationInput> _events = new();
    private readonly ByteGate _bytes;
    private readonly SystemOutbox _outbox;
    private readonly DropLog _drops;
    private readonly ResendTimer _resend;
    private bool _retired;
    private int _queued;
    private int _scheduled;
    private int _woken;
    private bool _queueWarned;

    // When the last turn ended. Written in Execute, read by whoever may run it next (A1).
    private long _lastTurn;

    private State _state;
    private OutboundLink _link;
    private int? _uid;
    private long _generation;
    private Timer _gate;
    private TaskCompletionSource _shutdown;
    private long _handshakeDeadlineMs;

    // When system messages began to wait for a peer that cannot be reached; null: none wait, or it can.
    private long? _silentSinceMs;

    public Association(Remoting remoting, Address remoteAddress)
    {
        _remoting = remoting;
        RemoteAddress = remoteAddress;
        _bytes = new ByteGate(remoting.Tcp.HighWaterMark, remoting.Tcp.LowWaterMark);
        _outbox = new SystemOutbox(remoting.Settings.SysMsgBufferSize);
        _drops = new DropLog(remoting.Log, remoteAddress);
        _resend = new ResendTimer(remoting.Settings.SysResendTimeout, () => Post(AssociationInput.ResendTick.Instance));
    }

    private enum State
    {
        Idle,
        Connecting,
        Active,
        Gated,
        Closed,
    }

    public Address RemoteAddress { get; }

    /// <summary>What the peer has delivered to this system; kept over its connections.</summary>
    public InboundPeers Inbound { get; } = new();

    /// <summary>Forgotten: messages go to its successor, which <see cref="Remoting.AssociationWith"/> knows.</summary>
    public bool IsRetired => Volatile.Read(ref _retired);

    /// <summary>Any thread. Never blocks, never throws.</summary>
    public void Send(in OutboundItem item)
    {
        if (IsRetired)
        {
            _remoting.AssociationWith(RemoteAddress).Send(item);
            return;
        }

        if (Volatile.Read(ref _queued) >= QueueLimit && !item.IsSystem && !item.IsUrgent)
        {
            _drops.Add("its queue is full");
            _remoting.DeadLetter(item);
            return;
        }

        (item.IsUrgent ? _urgent : _queue).Enqueue(item);
        // A full fence between the enqueue and the look at the flag: see the end of Execute.
        int queued = Interlocked.Increment(ref _queued);
        if (Volatile.Read(ref _scheduled) != 0 || Interlocked.Exchange(ref _scheduled, 1) != 0) return;
        if (queued == 1 && IsQuiet()) Execute();
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Post(AssociationInput happened)
    {
        _events.Enqueue(happened);
        Schedule();
    }

    /// <summary>There may be something to do: acknowledgements, or room in the socket.</summary>
    public void Wake()
    {
        Volatile.Write(ref _woken, 1);
        Schedule();
    }

    /// <summary>Bytes that wait for a connection, or for the socket. A look from outside: it may be a moment old.</summary>
    internal long WaitingBytes => Volatile.Read(ref _waitingBytes) + (Volatile.Read(ref _link)?.Writer.Queue.Bytes ?? 0);

    /// <summary>For tests of what a network does.</summary>
    internal void BreakConnection() => Volatile.Read(ref _link)?.Link.Close();

    /// <summary>
    /// A message that comes alone leaves at once, on the thread of its sender: a hop to another thread would cost more than the sending.
    /// Of messages that come close together only the first one is sent so, the others make up a batch.
    /// </summary>
    private bool IsQuiet() =>
        _state == State.Active && _events.IsEmpty && Stopwatch.GetTimestamp() - _lastTurn > QuietTicks;

    public void Execute()
    {
        try
        {
            Volatile.Write(ref _woken, 0);
            Turn();
            _lastTurn = Stopwatch.GetTimestamp();
        }
        catch (Exception e)
        {
            // Not foreseen; the association must not stand still for it.
            _remoting.Log.Error(e, "Association with [{0}] failed, its connection is closed", RemoteAddress);
            if (_link is not null) CloseLink(_link, DisassociateInfo.Unknown);
            EnterGate();
        }

        // Whoever enqueued before this exchange saw the flag set and left the work to this look; who enqueues after it schedules.
        Interlocked.Exchange(ref _scheduled, 0);
        bool more = !_events.IsEmpty || Volatile.Read(ref _woken) != 0 || !IsQueueEmpty;
        if (more) Schedule();
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Turn()
    {
        while (_events.TryDequeue(out AssociationInput happened)) Handle(happened);
        if (_retired)
        {
            // Who was sending when it happened has not seen it.
            while (TryDequeue(out OutboundItem item)) _remoting.AssociationWith(RemoteAddress).Send(item);
            return;
        }

        if (_state == State.Idle && (!IsQueueEmpty || (_outbox.Count > 0 && !_remoting.IsShuttingDown))) Connect();
        switch (_state)
        {
            case State.Active:
                SendQueued();
                break;
            case State.Gated or State.Closed:
                DrainQueue();
                break;
            case State.Connecting:
                EncodeWaiting();
                break;
        }
    }

    private void Handle(AssociationInput happened)
    {
        switch (happened)
        {
            case AssociationInput.Connected connected:
                OnConnected(connected.Link);
                break;
            case AssociationInput.ConnectFailed failed when _state == State.Connecting:
                OnConnectionLost(failed.Cause, null);
                break;
            case AssociationInput.Welcomed welcomed when welcomed.Link == _link:
                OnWelcomed(welcomed.Link, welcomed.Welcome);
                break;
            case AssociationInput.Refused refused when refused.Link == _link:
                OnRefused(refused.Link, refused.Reason, refused.Text);
                break;
            case AssociationInput.LinkClosed closed:
                if (closed.Link == _link) OnConnectionLost(closed.Cause, closed.Link.Goodbye);
                else closed.Link.Writer.Dispose();
                break;
            case AssociationInput.PeerArrived arrived:
                OnPeerArrived(arrived.Uid);
                break;
            case AssociationInput.Quarantine quarantine:
                OnQuarantine(quarantine.Uid, quarantine.Reason);
                break;
            case AssociationInput.GateOpens opens:
                if (_state == State.Gated && opens.Generation == _generation) OpenGate();
                break;
            case AssociationInput.TryNow:
                if (_state == State.Gated) OpenGate();
                break;
            case AssociationInput.Retire retire:
                OnRetire(retire.IdleMs);
                break;
            case AssociationInput.ResendTick:
                OnResendTick();
                break;
            case AssociationInput.Housekeeping housekeeping:
                OnHousekeeping(housekeeping.NowMs);
                break;
            case AssociationInput.Shutdown shutdown:
                OnShutdown(shutdown.Done);
                break;
            case AssociationInput.Abort:
                OnAbort();
                break;
        }
    }

    /// <summary>Nothing can be sent: user messages are dead letters, system messages wait for better times.</summary>
    private void DrainQueue()
    {
        while (TryTakeWaiting(out EncodedItem waiting)) Lose(waiting.Item);
        while (TryDequeue(out OutboundItem item)) Lose(item);
    }

    private void Lose(in OutboundItem item)
    {
        if (item.IsSystem && _state != State.Closed) KeepForLater(item);
        else _remoting.DeadLetter(item);
    }

    private bool IsQueueEmpty => _queue.IsEmpty && _urgent.IsEmpty;

    private bool TryDequeue(out OutboundItem item)
    {
        if (!_urgent.TryDequeue(out item) && !_queue.TryDequeue(out item)) return false;
        Interlocked.Decrement(ref _queued);
        return true;
    }

    /// <summary>The number of a system message; 0 when the outbox was full and the peer has been given up.</summary>
    private long KeepForLater(in OutboundItem item)
    {
        long number = _outbox.Add(item);
        if (number != 0) return number;
        const string Overflow = "system message buffer overflow";
        if (_uid is { } uid) OnQuarantine(uid, Overflow);
        else GiveUpSystemMessages(Overflow);
        return 0;
    }

    private void GiveUpSystemMessages(string why)
    {
        _remoting.Log.Error("[{0}] system messages to [{1}] are given up: {2}", _outbox.Count, RemoteAddress, why);
        _outbox.Reset();
        _silentSinceMs = null;
    }

    private void WarnOfLongQueue(int length)
    {
        if (_queueWarned || length <= _remoting.Settings.LogBufferSizeExceeding) return;
        _queueWarned = true;
        _remoting.Log.Warning("[{0}] buffered messages for [{1}]", length, RemoteAddress);
    }
}
