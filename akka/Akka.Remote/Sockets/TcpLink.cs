using System;
using System.Buffers;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Dispatch;
using Akka.Remote.Wire;

namespace Akka.Remote.Sockets;

/// <summary>What a link reports. All calls come from the reading loop, one at a time; <see cref="OnClosed"/> is the last one.</summary>
internal interface ILinkOwner : IFrameSink
{
    /// <summary>A received piece is about to be decoded; false: nothing more of this link is wanted.</summary>
    bool EnterDelivery();

    /// <summary>After each piece, so that acknowledgements go out once per piece.</summary>
    void ExitDelivery();

    /// <summary>Null: the peer has closed its side.</summary>
    void OnClosed(Exception cause);
}

/// <summary>
/// One connection: its channel and its reading loop, which costs a thread only while there is something to read. Reading stops
/// while the owner works on what came, so a slow receiver holds its sender back.
/// </summary>
internal sealed class TcpLink : IThreadPoolWorkItem
{
    private const int ReceiveBufferSize = 64 * 1024;

    /// <summary>A handshake fits; a stranger costs no more.</summary>
    private const int FirstBufferSize = 8 * 1024;

    /// <summary>Pieces in a row, after which other work of the pool gets its turn.</summary>
    private const int PiecesPerTurn = 32;

    private readonly Channel _channel;
    private readonly ILinkOwner _owner;
    private readonly FrameDecoder _decoder;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _buffer;
    private int _start;
    private int _end;
    private bool _intoPayload;
    private long _lastReceivedMs = Environment.TickCount64;

    public TcpLink(Channel channel, int maximumFrameSize, ILinkOwner owner)
    {
        _channel = channel;
        _owner = owner;
        _decoder = new FrameDecoder(maximumFrameSize);
        _channel.Received = OnReceived;
    }

    public Channel Channel => _channel;

    /// <summary>By Environment.TickCount64.</summary>
    public long LastReceivedMs => Volatile.Read(ref _lastReceivedMs);

    /// <summary>Completes when the owner has been told of the end.</summary>
    public Task Ended => _ended.Task;

    /// <summary>After the handshake. From the owner's <see cref="IFrameSink.OnControl"/>.</summary>
    public void AllowMessages() => _decoder.MessagesAllowed = true;

    public void StartReading()
    {
        _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferSize);
        Read(null);
    }

    /// <summary>Ends both directions at once. Any thread; the owner hears of it from the reading loop.</summary>
    public void Close() => _channel.Dispose();

    /// <summary>Nothing more will be sent; what was sent still arrives. The peer closes when it has read everything.</summary>
    public void CloseSending() => _channel.CloseSending();

    void IThreadPoolWorkItem.Execute() => Read(null);

    private void OnReceived()
    {
        if (Take(out IRunnable next)) Read(next);
    }

    /// <param name="next">What the last piece set going, if that was a single actor: it is run here once there is nothing to read.</param>
    private void Read(IRunnable next)
    {
        for (int piece = 0; piece < PiecesPerTurn; piece++)
        {
            bool waits;
            try
            {
                waits = _channel.Receive(Target());
            }
            catch (Exception e)
            {
                Hand(next);
                Finish(e);
                return;
            }

            // From here on another thread may be reading.
            if (waits)
            {
                next?.Run();
                return;
            }

            Hand(next);
            if (!Take(out next)) return;
        }

        Hand(next);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private static void Hand(IRunnable next)
    {
        if (next is not null) ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
    }

    private Memory<byte> Target()
    {
        Memory<byte> payload = _decoder.PendingPayload;
        _intoPayload = !payload.IsEmpty;
        if (_intoPayload) return payload;
        if (_decoder.MessagesAllowed && _buffer.Length < ReceiveBufferSize)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
            MoveTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        if (_start == _end) _start = _end = 0;
        else if (_end == _buffer.Length) MoveTo(_buffer);
        return _buffer.AsMemory(_end);
    }

    private void MoveTo(byte[] target)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        _end -= _start;
        _start = 0;
    }

    /// <summary>Decodes and delivers what was received. False: that was the end.</summary>
    private bool Take(out IRunnable next)
    {
        next = null;
        Exception cause = null;
        try
        {
            int received = _channel.EndReceive();
            if (received > 0)
            {
                Volatile.Write(ref _lastReceivedMs, Environment.TickCount64);
                if (Deliver(received, out next)) return true;
            }
        }
        catch (Exception e)
        {
            cause = e;
        }

        Hand(next);
        Finish(cause);
        return false;
    }

    private bool Deliver(int received, out IRunnable next)
    {
        next = null;
        if (!_owner.EnterDelivery()) return false;
        try
        {
            if (_intoPayload)
            {
                _decoder.PayloadReceived(received, _owner);
            }
            else
            {
                _end += received;
                _start += _decoder.Decode(_buffer.AsSpan(_start, _end - _start), _owner);
            }

            return !_channel.IsClosed;
        }
        finally
        {
            next = OwnWork.Take();
            _owner.ExitDelivery();
        }
    }

    private void Finish(Exception cause)
    {
        bool closedHere = _channel.IsClosed
            && cause is SocketException or ObjectDisposedException or IOException or OperationCanceledException;
        _channel.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _owner.OnClosed(closedHere ? null : cause);
        _ended.TrySetResult();
    }
}
