using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cluster.Scenarios.Harness;

internal enum ReplyKind
{
    Simple,
    Error,
    Integer,
    Nil,
    Bulk,
    Array,
}

internal readonly record struct Reply(ReplyKind Kind, string Text, Reply[]? Items = null)
{
    public bool IsOk => Kind == ReplyKind.Simple && Text == "OK";

    /// <summary>An error that promises that the command was not appended (it has not happened and never will).</summary>
    public bool IsDefiniteRefusal =>
        Kind == ReplyKind.Error && Text.Split(' ')[0] is "MOVED" or "CLUSTERDOWN" or "TRYAGAIN" or "READONLY" or "LOADING" or "NOREPLICAS" or "MISCONF" or "EXECABORT";

    public bool IsUnknownOutcome => Kind == ReplyKind.Error && Text.StartsWith("UNKNOWN ", StringComparison.Ordinal);

    public override string ToString() => Kind switch
    {
        ReplyKind.Nil => "(nil)",
        ReplyKind.Error => $"-{Text}",
        ReplyKind.Array => $"[{string.Join(", ", Items!)}]",
        _ => Text,
    };
}

/// <summary>One connection; commands out, replies in, in order. Text is Latin-1, so that any byte survives. Not thread-safe.</summary>
internal sealed class RespClient : IDisposable
{
    /// <summary>Longer than any time-out of a node: a reply that takes longer is a fault of the node.</summary>
    public static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly BufferedStream _stream;

    private RespClient(IPAddress address, int port)
    {
        _socket.Connect(address, port);
        _stream = new BufferedStream(new NetworkStream(_socket), 64 * 1024);
    }

    /// <summary>How long this client waits for a reply.</summary>
    public TimeSpan Limit { get; init; } = ReplyTimeout;

    public static RespClient Connect(int port) => new(IPAddress.Loopback, port);

    public static RespClient Connect(string address, int port) => new(IPAddress.Parse(address), port);

    public static RespClient Connect(string address, int port, TimeSpan limit) => new(IPAddress.Parse(address), port) { Limit = limit };

    public async Task<Reply> CallAsync(params string[] command)
    {
        await SendAsync(command);
        return await ReceiveAsync();
    }

    /// <summary>
    /// As a client does it that has patience: asks again while the node refuses for certain (somebody is being elected) or does not know the outcome. For commands that
    /// may be repeated only.
    /// </summary>
    public async Task<Reply> AnswerAsync(params string[] command)
    {
        Reply reply = default;
        await Poll.UntilAsync($"an answer to {string.Join(' ', command)}", async () =>
        {
            reply = await CallAsync(command);
            return reply.IsDefiniteRefusal || reply.IsUnknownOutcome ? reply.ToString() : null;
        });
        return reply;
    }

    public Task SendAsync(params string[] command) => SendAsync([command]);

    /// <summary>Several commands in one write.</summary>
    public Task SendAsync(IEnumerable<string[]> commands)
    {
        var text = new StringBuilder();
        foreach (string[] command in commands)
        {
            text.Append('*').Append(command.Length).Append("\r\n");
            foreach (string argument in command) text.Append('$').Append(argument.Length).Append("\r\n").Append(argument).Append("\r\n");
        }

        return SendRawAsync(Encoding.Latin1.GetBytes(text.ToString()));
    }

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Limit);
        for (int sent = 0; sent < bytes.Length;) sent += await _socket.SendAsync(bytes[sent..], limit.Token);
    }

    /// <exception cref="IOException">The connection has ended.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public async Task<Reply> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return await ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no reply within {Limit.TotalSeconds} s");
        }
    }

    public async Task<Reply[]> ReceiveAsync(int count)
    {
        var replies = new Reply[count];
        for (int i = 0; i < count; i++) replies[i] = await ReceiveAsync();
        return replies;
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<Reply> ReadAsync(CancellationToken cancel)
    {
        string line = await LineAsync(cancel);
        string rest = line[1..];
        switch (line[0])
        {
            case '+': return new Reply(ReplyKind.Simple, rest);
            case '-': return new Reply(ReplyKind.Error, rest);
            case ':': return new Reply(ReplyKind.Integer, rest);
            case '$':
                int length = int.Parse(rest, CultureInfo.InvariantCulture);
                if (length < 0) return new Reply(ReplyKind.Nil, "");
                var value = new byte[length + 2];
                await _stream.ReadExactlyAsync(value, cancel);
                return new Reply(ReplyKind.Bulk, Encoding.Latin1.GetString(value, 0, length));
            case '*':
                var items = new Reply[int.Parse(rest, CultureInfo.InvariantCulture)];
                for (int i = 0; i < items.Length; i++) items[i] = await ReadAsync(cancel);
                return new Reply(ReplyKind.Array, "", items);
            default: throw new IOException($"not a reply: {line}");
        }
    }

    private async ValueTask<string> LineAsync(CancellationToken cancel)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            if (await _stream.ReadAsync(one, cancel) == 0) throw new IOException("the node closed the connection");
            if (one[0] == '\n' && line.Length > 1 && line[^1] == '\r') return line.ToString(0, line.Length - 1);
            line.Append((char)one[0]);
        }
    }
}
