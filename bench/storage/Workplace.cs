using System.Diagnostics;
using Cluster.Bench.Storage.Data;
using Cluster.Bench.Storage.Rivals;

namespace Cluster.Bench.Storage;

/// <summary>A row that cannot be measured here, with the reason.</summary>
internal sealed class SkippedException(string reason) : Exception(reason);

/// <summary>Where a run works: its folder on a real disk, and what several rows share. Disposing it removes everything.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private KeyData? _keys;
    private SqliteKeys? _sqliteKeys;
    private bool _disposed;

    public Workplace(Options options)
    {
        Options = options;
        var parent = options.Folder ?? Path.Combine(Repository, "artifacts/bench");
        Directory.CreateDirectory(parent);
        Folder = Directory.CreateDirectory(Path.Combine(parent, $"storage-{Environment.ProcessId}")).FullName;
        Device = Devices.Describe(Folder, out var isMemory);
        if (isMemory)
        {
            Directory.Delete(Folder);
            throw new InvalidOperationException($"{parent} is {Device}: memory, not a disk. Give another folder with --dir.");
        }

        Redis = new RedisRival(Folder);
    }

    public static string Repository { get; } = FindRepository();

    public Options Options { get; }

    public string Folder { get; }

    /// <summary>Device and file system of the folder.</summary>
    public string Device { get; }

    public TimeSpan Time => TimeSpan.FromSeconds(Options.Seconds);

    public string SqliteVersion { get; } = SqliteRival.Version;

    public RedisRival Redis { get; }

    /// <summary>The store with the many keys; filled when a row first asks.</summary>
    public KeyData Keys => _keys ??= new KeyData(this);

    /// <summary>The same keys and values in SQLite.</summary>
    public SqliteKeys SqliteKeys => _sqliteKeys ??= new SqliteKeys(this);

    public string NewFolder(string name)
    {
        var path = Path.Combine(Folder, $"{name}-{Guid.NewGuid():n}");
        return Directory.CreateDirectory(path).FullName;
    }

    public void Progress(string what) => Console.Error.WriteLine($"[{_watch.Elapsed:m\\:ss}] {what}");

    /// <summary>Between measurements: garbage and dirty pages of one must not be paid for by the next.</summary>
    public void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Devices.SyncAll(Folder);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        Redis.Dispose();
        _sqliteKeys?.Dispose();
        _keys?.Dispose();
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException error)
        {
            Console.Error.WriteLine($"{Folder} is left behind: {error.Message}");
        }
    }

    private static string FindRepository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Cluster.sln")))
                return at.FullName;
        }

        return Environment.CurrentDirectory;
    }
}
