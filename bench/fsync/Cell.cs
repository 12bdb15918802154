using System.Diagnostics;
using Cluster.Storage.Files;

namespace Cluster.Bench.Fsync;

internal enum Layout
{
    Append,
    Allocated,
    Zeroed,
    Stepped,
}

/// <summary>One measurement: so many files of one layout, written and synced by one or two threads of this process.</summary>
internal sealed class Cell(string folder, int files, Layout layout, int threads, TimeSpan duration)
{
    private const int WriteBytes = 512;
    private const int StepBytes = 256 << 10;
    private const int FileBytes = 1 << 20;

    private readonly PosixFileLayer _layer = new();
    private long _syncs;

    /// <summary>Syncs per second. <paramref name="start"/> is called when everything is prepared and returns when all may begin.</summary>
    public double Run(Action start)
    {
        var open = new IDataFile[files];
        for (var i = 0; i < files; i++)
            open[i] = Prepare(Path.Combine(folder, $"f{i}"));
        _layer.SyncFolder(folder);
        start();
        var watch = Stopwatch.StartNew();
        var workers = new Thread[Math.Min(threads, files)];
        for (var t = 0; t < workers.Length; t++)
        {
            var mine = open.Where((_, index) => index % workers.Length == t).ToArray();
            workers[t] = new Thread(() => Work(mine, watch));
        }

        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
        var rate = _syncs / watch.Elapsed.TotalSeconds;
        foreach (var file in open)
        {
            file.Dispose();
            _layer.Delete(file.Path);
        }

        return rate;
    }

    private IDataFile Prepare(string path)
    {
        var file = _layer.Open(path, FileOpening.Replace);
        if (layout == Layout.Allocated)
            file.Allocate(FileBytes);
        if (layout == Layout.Zeroed)
            file.Write(0, new byte[FileBytes]);
        file.Sync();
        return file;
    }

    private void Work(IDataFile[] mine, Stopwatch watch)
    {
        var data = new byte[WriteBytes];
        data.AsSpan().Fill(0xA5);
        var step = new byte[StepBytes];
        data.CopyTo(step, 0);
        long done = 0;
        for (long offset = 0; watch.Elapsed < duration; offset += WriteBytes)
        {
            foreach (var file in mine)
            {
                // Allocated and zeroed files are overwritten from the start once they are full; the first pass is what differs,
                // so an allocated file is punched back by a new allocation.
                var position = layout is Layout.Append or Layout.Stepped ? offset : offset % FileBytes;
                if (layout == Layout.Allocated && position == 0 && offset > 0)
                {
                    file.Truncate(0);
                    file.Allocate(FileBytes);
                }

                file.Write(position, layout == Layout.Stepped && position % StepBytes == 0 ? step : data);
                file.Sync();
                done++;
            }
        }

        Interlocked.Add(ref _syncs, done);
    }
}
