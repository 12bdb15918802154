using System.Diagnostics;

namespace Bench;

/// <summary>
/// One measurement. The figure of a row is operations per second, unless <see cref="Figure"/> gives another (bytes per second,
/// seconds). CPU time is that of the whole process, all its threads, the runtime's included; allocated bytes likewise.
/// </summary>
internal sealed record Sample(long Operations, TimeSpan Wall, TimeSpan Cpu, long Allocated)
{
    private readonly double? _figure;

    public double Figure
    {
        get => _figure ?? Operations / Wall.TotalSeconds;
        init => _figure = value;
    }

    public double CpuNanosecondsPerOperation => Cpu.TotalNanoseconds / Operations;

    public double AllocatedPerOperation => (double)Allocated / Operations;

    /// <summary>Measures the work, which must only return when all its operations are done.</summary>
    public static Sample Of(long operations, Action work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        work();
        watch.Stop();
        var allocatedAfter = GC.GetTotalAllocatedBytes(precise: true);
        process.Refresh();
        return new Sample(operations, watch.Elapsed, process.TotalProcessorTime - cpu, allocatedAfter - allocated);
    }
}
