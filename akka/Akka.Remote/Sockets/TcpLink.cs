using System;
using System.Buffers;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
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
/// One TCP connection: its socket and its reading loop, which costs a thread only while there is something to read. Reading stops
/// while the owner works on what came, so a slow receiver holds its sender back.
/// </summary>
internal sealed class TcpLink
{
    private const int ReceiveBufferSize = 64 * 1024;

    private readonly ILinkOwner _owner;
    private readonly FrameDecoder _decoder;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closed;
    private long _lastReceivedMs = Environment.TickCount64;

    public TcpLink(Socket socket, int maximumFrameSize, ILinkOwner owner)
    {
        Socket = socket;
        _owner = owner;
        _decoder = new FrameDecoder(maximumFrameSize);
    }

    public Socket Socket { get; }

    /// <summary>By Environment.TickCount64.</summary>
    public long LastReceivedMs => Volatile.Read(ref _lastReceivedMs);

    /// <summary>After the handshake.</summary>
    public void AllowMessages() => _decoder.MessagesAllowed = true;

    /// <summary>Completes when the owner has been told of the end.</summary>
    public Task Ended => _ended.Task;

    public void StartReading() => _ = ReadAsync();

    /// <summary>Ends both directions at once. Any thread; the owner hears of it from the reading loop.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        Socket.Dispose();
    }

    /// <summary>Nothing more will be sent; what was sent still arrives. The peer closes when it has read everything.</summary>
    public void CloseSending()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Close();
        }
    }

    private async Task ReadAsync()
    {
        Exception cause = null;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReceiveBufferSize);
        try
        {
            int start = 0;
            int end = 0;
            while (true)
            {
                Memory<byte> payload = _decoder.PendingPayload;
                bool large = !payload.IsEmpty;
                if (!large)
                {
                    if (start == end) start = end = 0;
                    else if (start > 0 && end == buffer.Length)
                    {
                        buffer.AsSpan(start, end - start).CopyTo(buffer);
                        end -= start;
                        start = 0;
                    }
                }

                int received = await Socket.ReceiveAsync(large ? payload : buffer.AsMemory(end), SocketFlags.None).ConfigureAwait(false);
                if (received == 0) break;
                Volatile.Write(ref _lastReceivedMs, Environment.TickCount64);
                if (!large) end += received;
                if (!Deliver(buffer, ref start, end, large ? received : 0)) break;
            }
        }
        catch (Exception e)
        {
            bool closedHere = Volatile.Read(ref _closed) != 0
                && e is SocketException or ObjectDisposedException or OperationCanceledException;
            cause = closedHere ? null : e;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Close();
            _owner.OnClosed(cause);
            _ended.TrySetResult();
        }
    }

    private bool Deliver(byte[] buffer, ref int start, int end, int payloadReceived)
    {
        if (!_owner.EnterDelivery()) return false;
        try
        {
            if (payloadReceived > 0) _decoder.PayloadReceived(payloadReceived, _owner);
            else start += _decoder.Decode(buffer.AsSpan(start, end - start), _owner);
            return Volatile.Read(ref _closed) == 0;
        }
        finally
        {
            _owner.ExitDelivery();
        }
    }
}
