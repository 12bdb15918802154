using System.Diagnostics;
using System.Globalization;
using Cluster.Scenarios.Harness;

namespace Cluster.Bench.Resync;

/// <summary>redis-benchmark in a process of its own, against one node.</summary>
internal sealed class Clients : IDisposable
{
    private readonly Process _process;

    private Clients(Process process) => _process = process;

    /// <summary>Sets that many values under random keys and waits for the end.</summary>
    public static async Task FillAsync(Member node, long count, int valueBytes, long keys)
    {
        using var clients = Start(node, count, valueBytes, keys, pipeline: 16);
        await clients._process.WaitForExitAsync();
        if (clients._process.ExitCode != 0) throw new InvalidOperationException($"redis-benchmark ended with {clients._process.ExitCode}");
    }

    /// <summary>Sets values of 100 bytes, from 50 connections, until it is stopped.</summary>
    public static Clients Begin(Member node, int pipeline = 1) => Start(node, 2_000_000_000, 100, 100_000_000, pipeline);

    /// <summary>No command leaves any more.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Clients Start(Member node, long count, int valueBytes, long keys, int pipeline)
    {
        string[] arguments =
        [
            "-h", node.Host.Address, "-p", Text(node.RespPort), "-t", "set", "-d", Text(valueBytes), "-n", Text(count), "-r", Text(keys), "-c", "50", "-P", Text(pipeline), "--csv",
        ];
        var process = Process.Start(new ProcessStartInfo("redis-benchmark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Clients(process);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
