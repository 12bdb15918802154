using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Bench.Storage;

/// <summary>What the benchmark asks of the system beside files: which device, what is in the page cache.</summary>
internal static partial class Devices
{
    private const int AdviseDontNeed = 4;
    private const int AdviseSequential = 2;

    /// <summary>Device, file system and mount point that hold a folder, from the mount table.</summary>
    public static string Describe(string folder, out bool isMemory)
    {
        var best = (Point: "", Device: "unknown", Kind: "unknown");
        foreach (var line in File.Exists("/proc/mounts") ? File.ReadLines("/proc/mounts") : [])
        {
            var fields = line.Split(' ');
            var point = fields[1];
            var holds = point == "/" || folder == point || folder.StartsWith(point + "/", StringComparison.Ordinal);
            if (holds && point.Length >= best.Point.Length)
                best = (point, fields[0], fields[2]);
        }

        isMemory = best.Kind is "tmpfs" or "ramfs" or "devtmpfs";
        return string.Create(CultureInfo.InvariantCulture, $"{best.Device} ({best.Kind}, mounted at {best.Point})");
    }

    /// <summary>Writes back what is dirty on the folder's file system.</summary>
    public static void SyncAll(string folder)
    {
        _ = folder;
        Sync();
    }

    /// <summary>The files' pages leave the page cache: the next read comes from the device. Dirty pages are written first.</summary>
    public static void Evict(IEnumerable<string> files)
    {
        Sync();
        foreach (var path in files)
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _ = Advise(file, 0, 0, AdviseDontNeed);
        }
    }

    public static void AdviseSequentialReading(SafeFileHandle file) => _ = Advise(file, 0, 0, AdviseSequential);

    /// <summary>Memory of this process that is resident and its own, in bytes.</summary>
    public static long PrivateBytes()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal))
                return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }

        return Environment.WorkingSet;
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void Sync();
}
