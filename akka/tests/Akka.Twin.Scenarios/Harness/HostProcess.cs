using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.Twin.Scenarios.Harness;

/// <summary>A node as a process of its own, known by what it says. It ends with its stdin, so with the tests, however these end.</summary>
internal sealed class HostProcess : IDisposable
{
    /// <summary>For everything that must come: a machine may be busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HostState _state = HostState.None;
    private string _node;

    private HostProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Received(line.Data);
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) Received("stderr " + line.Data);
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>"address#uid"; null before it is ready.</summary>
    public string Node => Volatile.Read(ref _node);

    public HostState State => Volatile.Read(ref _state);

    /// <summary>Completes when it says something, or ends.</summary>
    public Task NextLine
    {
        get
        {
            lock (_lines) return _ended.Task.IsCompleted ? _ended.Task : _next.Task;
        }
    }

    /// <summary>Its stdout has ended, and so has it, or all but.</summary>
    public Task Ended => _ended.Task;

    /// <param name="network">The network namespace to run in; null = that of the tests.</param>
    public static HostProcess Start(string hocon, string network = null)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Akka.Twin.Host");
        var start = new ProcessStartInfo(network is null ? program : "ip")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // It becomes the program: signals reach the node itself.
        foreach (string argument in network is null ? (string[])[hocon] : ["netns", "exec", network, program, hocon]) start.ArgumentList.Add(argument);
        // Many short lives on few cores.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new HostProcess(start);
    }

    public async Task<string> ReadyAsync()
    {
        await UntilAsync("ready", _ => Node is not null);
        return Node;
    }

    /// <summary>Until what it says fits; looked at after every line.</summary>
    public async Task UntilAsync(string what, Func<HostState, bool> condition)
    {
        long limit = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            Task next;
            lock (_lines) next = _next.Task;
            if (condition(State)) return;
            if (_ended.Task.IsCompleted) throw new InvalidOperationException($"{Node} ended before: {what}\n{Tail}");
            long left = limit - Environment.TickCount64;
            try
            {
                await next.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(1, left)));
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"{Node} did not come to: {what}\n{Tail}");
            }
        }
    }

    public bool HasSaid(string line)
    {
        lock (_lines) return _lines.Contains(line);
    }

    public void Say(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    public void Send(Signal signal) => Signals.Send(_process.Id, signal);

    public async Task KillAsync()
    {
        if (!_process.HasExited) Send(Signal.Kill);
        await EndedAsync();
    }

    public async Task EndedAsync()
    {
        try
        {
            await Task.WhenAll(_ended.Task, _process.WaitForExitAsync()).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Node} did not end\n{Tail}");
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Tail
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines.TakeLast(40));
        }
    }

    private void Received(string line)
    {
        TaskCompletionSource heard;
        lock (_lines)
        {
            if (line is null) _ended.TrySetResult();
            else _lines.Add(line);
            if (line?.StartsWith("ready ", StringComparison.Ordinal) == true) Volatile.Write(ref _node, line[6..]);
            if (line?.StartsWith("state ", StringComparison.Ordinal) == true) Volatile.Write(ref _state, HostState.Parse(line));
            heard = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        heard.TrySetResult();
    }
}
