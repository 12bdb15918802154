using System.Diagnostics;
using System.Globalization;

namespace Cluster.Bench.Storage.Data;

/// <summary>Opens a store in a fresh process of this program: its time and memory are those of a node's start.</summary>
internal sealed record ChildOpen(double Seconds, double CpuSeconds, long Keys, long PrivateBytes, long DirectoryBytes)
{
    public static ChildOpen Start(string folder, bool hints)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ChildOpen).Assembly.Location);
        foreach (var argument in (string[])["child-open", folder, hints ? "hints" : "log"])
            start.ArgumentList.Add(argument);
        using var child = Process.Start(start)!;
        try
        {
            var read = child.StandardOutput.ReadToEndAsync();
            if (!read.Wait(TimeSpan.FromMinutes(2)) || !child.WaitForExit(10_000) || child.ExitCode != 0)
                throw new InvalidOperationException("the process that opens the store did not end well");
            var figures = read.Result.Split(' ').Select(static text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            return new ChildOpen(figures[0], figures[1], (long)figures[2], (long)figures[3], (long)figures[4]);
        }
        finally
        {
            if (!child.HasExited)
                child.Kill();
        }
    }

    /// <summary>The child's side.</summary>
    public static int Run(string folder, bool hints)
    {
        var before = Devices.PrivateBytes();
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        using var open = new OpenStore(folder, hints);
        var seconds = watch.Elapsed.TotalSeconds;
        process.Refresh();
        var used = (process.TotalProcessorTime - cpu).TotalSeconds;
        // What the opening itself used and gave up does not count: the heap would give it back to the system little by little.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Console.Write(string.Create(
            CultureInfo.InvariantCulture, $"{seconds} {used} {open.Store.Count} {Devices.PrivateBytes() - before} {open.Store.DirectoryBytes}"));
        return 0;
    }
}
