using System.Diagnostics;

namespace Cluster.Simulation.World;

/// <summary>Many seeds, on several threads. A failing seed does not end it: up to a number of them are collected.</summary>
public sealed class SeedRun(ulong first, long seeds, int workers, int failuresMax)
{
    private readonly Lock _gate = new();
    private readonly Stopwatch _watch = new();
    private long _next;
    private long _done;
    private long _minutes;

    /// <summary>Gets a line every minute.</summary>
    public Action<string>? Progress { get; init; }

    /// <summary>No seed is begun after this.</summary>
    public TimeSpan TimeMax { get; init; } = TimeSpan.MaxValue;

    public Coverage Coverage { get; } = new();

    public List<SimulationFailedException> Failures { get; } = [];

    /// <summary>Null: as the seed says.</summary>
    public bool? RealStorage { get; init; }

    public ulong First => first;

    public int Workers => workers;

    public long Done => _done;

    /// <summary>Processor time of this process while the seeds ran.</summary>
    public TimeSpan Processor { get; private set; }

    public TimeSpan Elapsed => _watch.Elapsed;

    public void Execute()
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        _watch.Start();
        var threads = new Thread[workers];
        for (int i = 0; i < workers; i++)
        {
            threads[i] = new Thread(Work);
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();
        _watch.Stop();
        Processor = Process.GetCurrentProcess().TotalProcessorTime - before;
    }

    public string Summary() =>
        $"{_done} seeds from {first} on in {_watch.Elapsed.TotalSeconds:F1} s ({_done / _watch.Elapsed.TotalSeconds:F1} seeds/s, {Processor.TotalMilliseconds / Math.Max(1, _done):F0} ms each), {Failures.Count} failed; {Coverage}";

    private void Work()
    {
        while (Failures.Count < failuresMax && _watch.Elapsed < TimeMax)
        {
            long index = Interlocked.Increment(ref _next) - 1;
            if (index >= seeds)
                return;
            RunOne(first + (ulong)index);
        }
    }

    private void RunOne(ulong seed)
    {
        Coverage? one = null;
        SimulationFailedException? failure = null;
        try
        {
            SimulationOptions options = SimulationOptions.Of(seed);
            using var world = new SimulatedWorld(RealStorage is { } real ? options with { RealStorage = real } : options);
            one = world.Run();
        }
        catch (SimulationFailedException found)
        {
            failure = found;
        }

        lock (_gate)
        {
            _done++;
            if (one != null)
                Coverage.Add(one);
            if (failure != null)
                Failures.Add(failure);
            if (failure != null)
                Progress?.Invoke(failure.ToString());
            if ((long)_watch.Elapsed.TotalMinutes > _minutes)
            {
                _minutes = (long)_watch.Elapsed.TotalMinutes;
                Progress?.Invoke(Summary());
            }
        }
    }
}
