using Cluster.Node.CommandLine;

namespace Cluster.Node.Local;

/// <summary>
/// Starts the nodes of a plan, passes on what they print (ready lines to stdout, logs with the node's name in front to stderr), and
/// stops them all when asked. A node that ends by itself is reported and stays down; one that ends before it was
/// ready ends the cluster, with its own code.
/// </summary>
internal sealed class LocalCluster(LocalPlan plan, TextWriter output, TextWriter errors) : IAsyncDisposable
{
    /// <summary>A node leaves the cluster cleanly in less; then it is killed.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly TextWriter _output = TextWriter.Synchronized(output);
    private readonly TextWriter _errors = TextWriter.Synchronized(errors);
    private readonly List<LocalProcess> _processes = [];
    private readonly List<Task> _pumps = [];
    private readonly TaskCompletionSource<int> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private int _ready;
    private int _ended;
    private volatile bool _stopping;

    public async Task<int> RunAsync(Task stopAsked)
    {
        foreach (var node in plan.Nodes)
        {
            var process = LocalProcess.Start(node);
            _processes.Add(process);
            _pumps.Add(FollowAsync(process));
        }

        var first = await Task.WhenAny(stopAsked, _failed.Task, _allEnded.Task).ConfigureAwait(false);
        await StopAsync().ConfigureAwait(false);
        if (first == stopAsked) return ExitCode.Ok;
        return _failed.Task.IsCompletedSuccessfully ? await _failed.Task.ConfigureAwait(false) : ExitCode.Failed;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) process.Kill();
        await Task.WhenAll(_pumps).ConfigureAwait(false);
        foreach (var process in _processes) process.Dispose();
    }

    private async Task StopAsync()
    {
        _stopping = true;
        foreach (var process in _processes) process.AskToStop();
        var all = Task.WhenAll(_processes.Select(process => process.Ended));
        if (await Task.WhenAny(all, Task.Delay(StopTimeout)).ConfigureAwait(false) == all) return;
        foreach (var process in _processes) process.Kill();
    }

    private async Task FollowAsync(LocalProcess process)
    {
        bool ready = false;
        var logging = PumpErrorsAsync(process);
        while (await process.Output.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            await _output.WriteLineAsync(line).ConfigureAwait(false);
            await _output.FlushAsync().ConfigureAwait(false);
            if (ready || !line.StartsWith("ready ", StringComparison.Ordinal)) continue;
            ready = true;
            ReadyCounted();
        }

        await logging.ConfigureAwait(false);
        await process.Ended.ConfigureAwait(false);
        EndCounted(process, ready);
    }

    private async Task PumpErrorsAsync(LocalProcess process)
    {
        while (await process.Errors.ReadLineAsync().ConfigureAwait(false) is { } line)
            await _errors.WriteLineAsync($"{process.Name} | {line}").ConfigureAwait(false);
    }

    private void ReadyCounted()
    {
        lock (_lock)
        {
            if (++_ready < plan.Nodes.Length) return;
        }

        _output.WriteLine($"cluster ready nodes={plan.Nodes.Length}");
        _output.Flush();
    }

    private void EndCounted(LocalProcess process, bool wasReady)
    {
        if (!_stopping)
        {
            _errors.WriteLine($"{process.Name} | ended with code {process.ExitCode}");
            if (!wasReady) _failed.TrySetResult(process.ExitCode == ExitCode.Refused ? ExitCode.Refused : ExitCode.Failed);
        }

        lock (_lock)
        {
            if (++_ended < plan.Nodes.Length) return;
        }

        _allEnded.TrySetResult();
    }
}
