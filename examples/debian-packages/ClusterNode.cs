using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DebianPackages;

/// <summary>One node of a local three-node cluster, run as its users run it: ./cluster node with the shipped configuration.</summary>
public sealed partial class ClusterNode(string repository, string folder, int number) : IDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private Process? _process;

    public string Name => $"node-{number}";

    public IPEndPoint Resp => new(IPAddress.Loopback, 7378 + number);

    public bool Runs => _process is { HasExited: false };

    /// <summary>Publishes the program if sources are newer, however long that takes: a node's time to start is not to include it.</summary>
    public static async Task Publish(string repository)
    {
        var start = new ProcessStartInfo(Path.Combine(repository, "cluster"), ["version"]) { WorkingDirectory = repository };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("./cluster did not start");
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"./cluster version ended with {process.ExitCode}");
    }

    public async Task Start()
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(Path.Combine(repository, "cluster"))
        {
            WorkingDirectory = repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])["node", "--config", $"hocon/three-nodes/{Name}.conf", "--data", Path.Combine(folder, Name)]) start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{Name} did not start");
        var log = new StreamWriter(Path.Combine(folder, $"{Name}.log"), append: true) { AutoFlush = true };
        var ready = new TaskCompletionSource();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null) ready.TrySetException(new InvalidOperationException($"{Name} ended before it was ready: see {folder}/{Name}.log"));
            else if (line.Data.StartsWith("ready ", StringComparison.Ordinal)) ready.TrySetResult();
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log) log.WriteLine(line.Data);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>kill -9, at once.</summary>
    public void Kill()
    {
        SendSignal(_process!.Id, 9);
        _process.WaitForExit();
    }

    public async Task<JsonDocument> Topology() =>
        JsonDocument.Parse(await Http.GetStringAsync($"http://127.0.0.1:{8378 + number}/api/topology"));

    public void Dispose()
    {
        if (Runs) Kill();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
