using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Cluster.Node.Tests.Processes;

/// <summary>The program as others run it: a process of its own, known by what it prints.</summary>
internal sealed partial class NodeProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Every listener on a free port; the ready line says which.</summary>
    private static readonly string[] FreePorts =
        ["-D", "cluster.resp.port=0", "-D", "cluster.http.port=0", "-D", "akka.remote.dot-netty.tcp.port=0"];

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private NodeProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) lock (_errors) _errors.Append(line.Data).Append('\n');
        };
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    public static NodeProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Cluster.Node"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return new NodeProcess(Process.Start(start)!);
    }

    public static NodeProcess StartNode(string folder, params string[] definitions) =>
        Start(["node", "--data", folder, .. FreePorts, .. definitions.SelectMany(definition => new[] { "-D", definition })]);

    /// <summary>The next line of stdout.</summary>
    public async Task<string> LineAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            return await _process.StandardOutput.ReadLineAsync(timeout.Token) ?? throw new EndOfStreamException($"the process ended: {Errors}");
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no line on stdout within {Patience.TotalSeconds} s; stderr: {Errors}");
        }
    }

    public async Task<ReadyLine> ReadyAsync() => ReadyLine.Parse(await LineAsync());

    public void Kill() => _process.Kill();

    public void Terminate() => _ = Signal(_process.Id, 15);

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}

/// <summary>`ready name=… resp=… http=… remoting=…`</summary>
internal sealed partial record ReadyLine(string Name, IPEndPoint Resp, IPEndPoint Http, string Remoting)
{
    public static ReadyLine Parse(string line)
    {
        var match = Pattern().Match(line);
        if (!match.Success) throw new FormatException($"not a ready line: {line}");
        return new ReadyLine(match.Groups[1].Value, IPEndPoint.Parse(match.Groups[2].Value), IPEndPoint.Parse(match.Groups[3].Value), match.Groups[4].Value);
    }

    [GeneratedRegex(@"^ready name=(\S+) resp=(\S+) http=(\S+) remoting=(\S+)$")]
    private static partial Regex Pattern();
}

/// <summary>A client that sends inline commands and reads one line, or one line and a bulk.</summary>
internal sealed class LineClient : IDisposable
{
    private readonly TcpClient _socket = new();
    private StreamReader _reader = StreamReader.Null;

    public static async Task<LineClient> ConnectAsync(IPEndPoint to)
    {
        var client = new LineClient();
        await client._socket.ConnectAsync(to);
        client._reader = new StreamReader(client._socket.GetStream(), Encoding.ASCII);
        return client;
    }

    public async Task<string> CallAsync(string command)
    {
        await _socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        string? line = await LineAsync();
        return line is not null && line.StartsWith('$') && line != "$-1" ? $"{await LineAsync()}" : line ?? "closed";
    }

    /// <summary>Null when the other side has closed the connection.</summary>
    public async Task<string?> LineAsync()
    {
        try
        {
            return await _reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();
}
