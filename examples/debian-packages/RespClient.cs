using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DebianPackages;

/// <summary>One connection that speaks enough RESP2 for a loader: commands out, replies in, in order. Not thread-safe.</summary>
public sealed class RespClient : IDisposable
{
    private readonly Socket _socket;
    private byte[] _in = new byte[256 * 1024];
    private byte[] _out = new byte[64 * 1024];
    private int _outLength;
    private int _start;
    private int _end;

    private RespClient(Socket socket) => _socket = socket;

    public static async Task<RespClient> Connect(IPEndPoint node, TimeSpan timeout)
    {
        var socket = new Socket(node.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await socket.ConnectAsync(node, limit.Token);
            return new RespClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Add(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b = default, ReadOnlySpan<byte> c = default)
    {
        Raw("*"u8);
        Number(c.IsEmpty ? b.IsEmpty ? 1 : 2 : 3);
        Bulk(a);
        if (!b.IsEmpty) Bulk(b);
        if (!c.IsEmpty) Bulk(c);
    }

    public async Task Send(CancellationToken cancel = default)
    {
        for (int sent = 0; sent < _outLength;) sent += await _socket.SendAsync(_out.AsMemory(sent, _outLength - sent), cancel);
        _outLength = 0;
    }

    /// <summary>The next reply. Throws <see cref="IOException"/> when the connection ends, <see cref="OperationCanceledException"/> on time-out.</summary>
    public async Task<Reply> Receive(CancellationToken cancel = default)
    {
        while (true)
        {
            if (TryParse(out var reply, out int used))
            {
                _start += used;
                return reply;
            }

            if (_start > 0)
            {
                _in.AsSpan(_start, _end - _start).CopyTo(_in);
                (_start, _end) = (0, _end - _start);
            }

            if (_end == _in.Length) Array.Resize(ref _in, _in.Length * 2);
            int read = await _socket.ReceiveAsync(_in.AsMemory(_end), cancel);
            if (read == 0) throw new IOException("the node closed the connection");
            _end += read;
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool TryParse(out Reply reply, out int used)
    {
        reply = default;
        used = 0;
        var data = _in.AsSpan(_start, _end - _start);
        int line = data.IndexOf("\r\n"u8);
        if (line < 1) return false;
        var head = data[1..line];
        used = line + 2;
        switch (data[0])
        {
            case (byte)'+':
                reply = new Reply(ReplyKind.Simple, Encoding.UTF8.GetString(head), null);
                return true;
            case (byte)'-':
                reply = new Reply(ReplyKind.Error, Encoding.UTF8.GetString(head), null);
                return true;
            case (byte)':':
                reply = new Reply(ReplyKind.Integer, Encoding.UTF8.GetString(head), null);
                return true;
            case (byte)'$':
                int length = int.Parse(head);
                if (length < 0)
                {
                    reply = new Reply(ReplyKind.Nil, "", null);
                    return true;
                }

                if (data.Length < used + length + 2) return false;
                reply = new Reply(ReplyKind.Bulk, "", data.Slice(used, length).ToArray());
                used += length + 2;
                return true;
            default:
                throw new IOException($"unexpected reply type '{(char)data[0]}'");
        }
    }

    private void Bulk(ReadOnlySpan<byte> value)
    {
        Raw("$"u8);
        Number(value.Length);
        Raw(value);
        Raw("\r\n"u8);
    }

    private void Number(int value)
    {
        Reserve(16);
        Utf8Formatter.TryFormat(value, _out.AsSpan(_outLength), out int written);
        _outLength += written;
        Raw("\r\n"u8);
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_out.AsSpan(_outLength));
        _outLength += bytes.Length;
    }

    private void Reserve(int bytes)
    {
        if (_out.Length - _outLength < bytes) Array.Resize(ref _out, Math.Max(_out.Length * 2, _outLength + bytes));
    }
}

public enum ReplyKind
{
    Simple,
    Error,
    Integer,
    Nil,
    Bulk,
}

public readonly record struct Reply(ReplyKind Kind, string Text, byte[]? Value)
{
    public bool IsOk => Kind == ReplyKind.Simple && Text == "OK";
}
