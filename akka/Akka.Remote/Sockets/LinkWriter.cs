using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using Akka.Remote.Wire;

namespace Akka.Remote.Sockets;

/// <summary>
/// Writes a link's queue to its socket, one call per batch and one batch at a time. All members but the completion belong to the
/// owner, who lets one thread in at a time; the completion only raises a flag and calls back.
/// </summary>
internal sealed class LinkWriter : IDisposable
{
    private readonly Channel _channel;
    private readonly Action _completed;
    private readonly List<ArraySegment<byte>> _batch = new();
    private bool _sending;
    private int _finished;
    private bool _disposed;

    /// <summary>The callback comes from any thread when a batch that had to wait is through: call <see cref="Flush"/> then.</summary>
    public LinkWriter(Channel channel, Action completed)
    {
        _channel = channel;
        _completed = completed;
        channel.Sent = OnSent;
    }

    public SendQueue Queue { get; } = new();

    /// <summary>A batch is with the socket, which has no room for it yet.</summary>
    public bool IsSending => _sending && Volatile.Read(ref _finished) == 0;

    /// <summary>Everything has been handed to the operating system.</summary>
    public bool IsDrained => !_sending && Queue.Bytes == 0;

    public long LastSentMs { get; private set; } = Environment.TickCount64;

    public void Control(FrameKind kind, ReadOnlySpan<byte> body)
    {
        Span<byte> span = Queue.GetSpan(FrameLimits.PrefixLength + body.Length);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)body.Length + 1);
        span[4] = (byte)kind;
        body.CopyTo(span[FrameLimits.PrefixLength..]);
        Queue.Advance(FrameLimits.PrefixLength + body.Length);
    }

    /// <summary>Sends what waits, as far as the socket takes it. False: the connection is broken.</summary>
    public bool Flush()
    {
        if (_disposed) return false;
        try
        {
            while (true)
            {
                if (_sending)
                {
                    if (Interlocked.Exchange(ref _finished, 0) == 0) return true;
                    if (!EndBatch()) return false;
                }

                if (Queue.Bytes == 0) return true;
                Queue.TakeBatch(_batch);
                _sending = true;
                LastSentMs = Environment.TickCount64;
                if (_channel.Send(_batch)) continue;
                if (!EndBatch()) return false;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The link is gone. Arrays that the socket may still hold are left to the collector.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Queue.Discard();
    }

    private bool EndBatch()
    {
        _sending = false;
        bool sent = _channel.EndSend();
        if (sent) Queue.BatchSent();
        return sent;
    }

    private void OnSent()
    {
        Volatile.Write(ref _finished, 1);
        _completed();
    }
}
