using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Cluster.Scenarios.Harness;

/// <summary>
/// The program as a process of its own, known by what it prints. However the tests end, it ends: `node` is started as a
/// child that watches its stdin, and every process is killed on dispose.
/// </summary>
internal sealed partial class NodeProcess : IDisposable
{
    private readonly Process _process;
    private readonly NodeLog _log;
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProcess(ProcessStartInfo start, NodeLog log)
    {
        _log = log;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) _outputEnded.TrySetResult();
            else Received(_output, line.Data);
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) Received(_errors, line.Data);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        log.Note($"process {_process.Id}: {string.Join(' ', start.ArgumentList)}");
    }

    public int Id => _process.Id;

    public bool Runs => !_process.HasExited;

    public bool IsStopped { get; private set; }

    /// <summary>It was sent a signal that ends it.</summary>
    public bool WasEnded { get; private set; }

    /// <summary>Lines on stdout so far.</summary>
    public string[] Output
    {
        get
        {
            lock (_output) return [.. _output];
        }
    }

    /// <summary>Lines on stderr so far.</summary>
    public string[] Errors
    {
        get
        {
            lock (_errors) return [.. _errors];
        }
    }

    public static NodeProcess StartNode(NodeLog log, string? networkNamespace, string? program, params IEnumerable<string> arguments) =>
        Start(log, networkNamespace, program, ["node", .. arguments, "--with-parent"]);

    public static NodeProcess Start(NodeLog log, params IEnumerable<string> arguments) => Start(log, null, null, arguments);

    private static NodeProcess Start(NodeLog log, string? networkNamespace, string? program, IEnumerable<string> arguments)
    {
        program ??= Environment.GetEnvironmentVariable("CLUSTER_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "Cluster.Node");
        if (networkNamespace is not null)
        {
            arguments = ["netns", "exec", networkNamespace, program, .. arguments]; // which becomes the program: the process id stays
            program = "ip";
        }

        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return new NodeProcess(start, log);
    }

    public async Task<ReadyLine> ReadyAsync()
    {
        await LinesAsync("the ready line", lines => lines.Any(line => line.StartsWith("ready ", StringComparison.Ordinal)));
        return ReadyLine.Parse(Output.First(line => line.StartsWith("ready ", StringComparison.Ordinal)));
    }

    /// <summary>Until stdout says what is waited for; fails at once if the process ends before.</summary>
    public Task LinesAsync(string what, Func<string[], bool> condition) =>
        Poll.UntilAsync(what, () =>
        {
            bool ended = _outputEnded.Task.IsCompleted; // before the lines are looked at: nothing comes after it
            if (condition(Output)) return Task.FromResult<string?>(null);
            if (ended) throw new InvalidOperationException($"the process ended before {what}: {string.Join('\n', Errors.TakeLast(3))}");
            return Task.FromResult<string?>("still waiting");
        });

    public void Send(Signal signal)
    {
        _log.Note($"{signal} to process {Id}");
        Signals.Send(Id, signal);
        if (signal is Signal.Kill or Signal.Terminate) WasEnded = true;
        if (signal == Signal.Stop) IsStopped = true;
        if (signal == Signal.Continue) IsStopped = false;
    }

    /// <summary>kill -9, and waits until the system has taken the process away.</summary>
    public async Task KillAsync()
    {
        if (Runs) Send(Signal.Kill);
        await ExitCodeAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(Poll.Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"process {Id} did not end within {Poll.Patience.TotalSeconds} s");
        }

        _log.Note($"process {Id} ended with code {_process.ExitCode}");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (Runs) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Received(List<string> lines, string line)
    {
        lock (lines) lines.Add(line);
        _log.Add(line);
    }
}

/// <summary>`ready name=… resp=… http=… remoting=…`</summary>
internal sealed partial record ReadyLine(string Name, IPEndPoint Resp, IPEndPoint Http, IPEndPoint Remoting)
{
    public static ReadyLine Parse(string line)
    {
        var match = Pattern().Match(line);
        if (!match.Success) throw new FormatException($"not a ready line: {line}");
        return new ReadyLine(match.Groups[1].Value, IPEndPoint.Parse(match.Groups[2].Value), IPEndPoint.Parse(match.Groups[3].Value), IPEndPoint.Parse(match.Groups[4].Value));
    }

    [GeneratedRegex(@"^ready name=(\S+) resp=(\S+) http=(\S+) remoting=(\S+)$")]
    private static partial Regex Pattern();
}
