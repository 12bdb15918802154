using System.Diagnostics;
using Cluster.Storage.Files;

namespace Cluster.Bench.Storage.Data;

/// <summary>
/// What the machine does to a thread that does nothing, and to a sync of a file of its own: a stall of the store that stands beside one of these
/// is not the store's. Two threads; the clock starts with the watch.
/// </summary>
internal sealed class MachineWatch : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Thread _timer;
    private readonly Thread _probe;
    private readonly string _path;
    private volatile bool _stopped;

    public MachineWatch(string folder)
    {
        _path = Path.Combine(folder, "probe");
        _timer = new Thread(RunTimer) { IsBackground = true, Name = "timer-watch" };
        _probe = new Thread(RunProbe) { IsBackground = true, Name = "sync-probe" };
        _timer.Start();
        _probe.Start();
    }

    /// <summary>How late an idle timer of 1 ms was.</summary>
    public TopGaps Timer { get; } = new(10, TimeSpan.FromMilliseconds(20));

    /// <summary>How long a write of 512 bytes and its fdatasync took, ten times a second.</summary>
    public TopGaps Sync { get; } = new(10, TimeSpan.FromMilliseconds(20));

    public void Dispose()
    {
        _stopped = true;
        _timer.Join();
        _probe.Join();
        File.Delete(_path);
    }

    private void RunTimer()
    {
        while (!_stopped)
        {
            var before = _watch.Elapsed;
            Thread.Sleep(Tick);
            var now = _watch.Elapsed;
            Timer.Add(now, now - before - Tick);
        }
    }

    private void RunProbe()
    {
        using var file = new PosixFileLayer().Open(_path, FileOpening.Replace);
        file.Write(0, new byte[1 << 20]);
        file.Sync();
        var data = new byte[512];
        for (long offset = 0; !_stopped; offset = (offset + data.Length) % (1 << 20))
        {
            var before = _watch.Elapsed;
            file.Write(offset, data);
            file.Sync();
            var now = _watch.Elapsed;
            Sync.Add(now, now - before);
            Thread.Sleep(100);
        }
    }
}
