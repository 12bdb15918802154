using System.Diagnostics;
using Cluster.Storage.Files;

namespace Cluster.Bench.Storage;

/// <summary>What the device gives a plain loop of system calls: the measure of every row that ends there.</summary>
internal static class RawDevice
{
    /// <summary>The store writes zeros so far ahead of small writes (docs/decisions/0001).</summary>
    private const int ZeroStep = 256 << 10;

    /// <summary>
    /// Write and fdatasync, one after the other, per second: on a file laid out as the store lays out its own. Small writes go into
    /// zeros that exist, and each time they are used up the next step of them is written along; large ones make the file grow.
    /// </summary>
    public static double WritesPerSecond(string folder, int bytes, TimeSpan time)
    {
        var path = Path.Combine(folder, "raw");
        using var file = new PosixFileLayer().Open(path, FileOpening.Replace);
        try
        {
            var data = new byte[bytes];
            Random.Shared.NextBytes(data);
            var step = new byte[bytes + ZeroStep];
            data.CopyTo(step, 0);
            file.Sync();
            long count = 0, offset = 0, end = 0;
            var watch = Stopwatch.StartNew();
            for (; watch.Elapsed < time; count++, offset += bytes)
            {
                if (offset + bytes > end && bytes < ZeroStep / 2)
                {
                    file.Write(offset, step);
                    end = offset + step.Length;
                }
                else
                {
                    file.Write(offset, data);
                }

                file.Sync();
            }

            return count / watch.Elapsed.TotalSeconds;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Seconds to read the files from the device, one after the other, with reads of 1 MiB and the kernel's read-ahead.</summary>
    public static double ReadCold(IReadOnlyList<string> files, out long bytes)
    {
        Devices.Evict(files);
        var buffer = GC.AllocateUninitializedArray<byte>(1 << 20, pinned: true);
        bytes = 0;
        var watch = Stopwatch.StartNew();
        foreach (var path in files)
        {
            using var file = File.OpenHandle(path);
            Devices.AdviseSequentialReading(file);
            for (long offset = 0; ;)
            {
                var count = RandomAccess.Read(file, buffer, offset);
                if (count == 0)
                    break;
                offset += count;
                bytes += count;
            }
        }

        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Into the page cache.</summary>
    public static void Warm(IEnumerable<string> files)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(1 << 20, pinned: true);
        foreach (var path in files)
        {
            using var file = File.OpenHandle(path);
            for (long offset = 0; RandomAccess.Read(file, buffer, offset) is > 0 and var count; offset += count)
            {
            }
        }
    }

    /// <summary>Reads of so many bytes at random places per second, all in the page cache: what a get cannot be faster than.</summary>
    public static double WarmReadsPerSecond(IReadOnlyList<string> files, int bytes, TimeSpan time)
    {
        var open = files.Select(static path => new PosixFileLayer().Open(path, FileOpening.Read)).ToArray();
        var lengths = open.Select(static file => file.Length).ToArray();
        try
        {
            Span<byte> buffer = stackalloc byte[bytes];
            var random = new Random(1);
            long count = 0;
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < time)
            {
                for (var i = 0; i < 256; i++, count++)
                {
                    var file = random.Next(open.Length);
                    open[file].Read(random.NextInt64(lengths[file] - bytes), buffer);
                }
            }

            return count / watch.Elapsed.TotalSeconds;
        }
        finally
        {
            foreach (var file in open)
                file.Dispose();
        }
    }
}
