using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Cluster.Actors.Shards.Core;
using Cluster.Actors.Topology;
using Cluster.Node.Resp;

namespace Cluster.Node.Tests.Resp;

internal sealed class FixedTopology : ITopologyView
{
    public TopologyView Current { get; set; } = TopologyView.Empty;
}

/// <summary>One connection over pipes in memory, with the server's side running.</summary>
internal sealed class RespClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false));
    private readonly Pipe _toClient = new(new PipeOptions(pauseWriterThreshold: 1 << 16, resumeWriterThreshold: 1 << 15, useSynchronizationContext: false));
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _server;

    public RespClient(FakeShards shards, Routing routing = Routing.Forward)
        : this(shards, new FixedTopology(), Guid.NewGuid(), routing)
    {
    }

    public RespClient(FakeShards shards, ITopologyView topology, Guid nodeId, Routing routing)
        : this(new RespBackend(shards.Router, shards.Directory), topology, nodeId, routing)
    {
    }

    /// <summary>At a node with another policy than the usual one.</summary>
    public RespClient(FakeShards shards, WritePolicy defaultPolicy)
        : this(new RespBackend(shards.Router, shards.Directory), new FixedTopology(), Guid.NewGuid(), Routing.Forward, defaultPolicy)
    {
    }

    public RespClient(RespBackend backend)
        : this(backend, new FixedTopology(), Guid.NewGuid(), Routing.Forward)
    {
    }

    private RespClient(RespBackend backend, ITopologyView topology, Guid nodeId, Routing routing, WritePolicy? defaultPolicy = null)
    {
        Services = new RespServices(nodeId, "node-1", "1.2.3", routing, topology, new RespMetrics()) { Backend = backend, DefaultPolicy = defaultPolicy ?? WritePolicy.Quorum };
        var session = Services.NewSession(null, null);
        Services.Clients.Add(session);
        var connection = new RespConnection(Services, session, new Duplex(_toServer.Reader, _toClient.Writer));
        _server = Task.Run(async () =>
        {
            try
            {
                await connection.RunAsync(_closed.Token, _stopping.Token);
            }
            finally
            {
                await _toClient.Writer.CompleteAsync();
            }
        });
    }

    public RespServices Services { get; }

    /// <summary>Completes when the server has ended the connection.</summary>
    public Task Ended => _server.WaitAsync(Patience);

    public void Abort() => _closed.Cancel();

    /// <summary>As a node does that stops.</summary>
    public void Stop() => _stopping.Cancel();

    public async Task SendAsync(string bytes)
    {
        await _toServer.Writer.WriteAsync(Encoding.Latin1.GetBytes(bytes)).AsTask().WaitAsync(Patience);
    }

    /// <summary>Writes until the server stops taking; true if it did.</summary>
    public bool TrySend(string bytes) => _toServer.Writer.WriteAsync(Encoding.Latin1.GetBytes(bytes)).IsCompleted;

    public void CloseOutput() => _toServer.Writer.Complete();

    public static string Encode(params string[] arguments)
    {
        var text = new StringBuilder($"*{arguments.Length}\r\n");
        foreach (string argument in arguments) text.Append($"${argument.Length}\r\n{argument}\r\n");
        return text.ToString();
    }

    public async Task<string> CallAsync(params string[] arguments)
    {
        await SendAsync(Encode(arguments));
        return await ReplyAsync();
    }

    /// <summary>The next reply as it is on the wire, line ends shown as '|'; the last one removed.</summary>
    public async Task<string> ReplyAsync()
    {
        var text = new StringBuilder();
        await ReplyAsync(text);
        return text.ToString().Replace("\r\n", "|").TrimEnd('|');
    }

    private async Task ReplyAsync(StringBuilder text)
    {
        string line = await TakeLineAsync();
        text.Append(line);
        string header = line[1..^2];
        switch (line[0])
        {
            case '$' or '=' when header != "-1":
                text.Append(await TakeAsync(int.Parse(header) + 2));
                break;
            case '*':
                for (int i = int.Parse(header); i > 0; i--) await ReplyAsync(text);
                break;
            case '%':
                for (int i = 2 * int.Parse(header); i > 0; i--) await ReplyAsync(text);
                break;
        }
    }

    private async Task<string> TakeLineAsync()
    {
        while (true)
        {
            var result = await _toClient.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            var reader = new SequenceReader<byte>(result.Buffer);
            if (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
            {
                string text = Encoding.Latin1.GetString(line.ToArray()) + "\n";
                _toClient.Reader.AdvanceTo(reader.Position);
                return text;
            }

            _toClient.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted) throw new EndOfStreamException("the server has closed the connection");
        }
    }

    private async Task<string> TakeAsync(int count)
    {
        var result = await _toClient.Reader.ReadAtLeastAsync(count).AsTask().WaitAsync(Patience);
        if (result.Buffer.Length < count) throw new EndOfStreamException("the server has closed the connection");
        string text = Encoding.Latin1.GetString(result.Buffer.Slice(0, count).ToArray());
        _toClient.Reader.AdvanceTo(result.Buffer.GetPosition(count));
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        _closed.Cancel();
        _toServer.Writer.Complete();
        _toClient.Reader.Complete();
        await Ended;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
