using System.Buffers.Binary;
using System.Diagnostics;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Bench.Storage.Data;

/// <summary>
/// A store with many keys on disk, made once per run: keys of 16 bytes, values of 100 bytes, each written once, everything committed,
/// closed with hints for all sealed segments. Rows open it for themselves.
/// </summary>
internal sealed class KeyData : IDisposable
{
    public const int KeyBytes = 16;
    public const int ValueBytes = 100;

    private readonly Workplace _place;
    private OpenStore? _open;

    public KeyData(Workplace place)
    {
        _place = place;
        place.Progress($"store: {place.Options.Keys:N0} keys");
        Folder = Path.Combine(place.NewFolder("keys"), "shard-0");
        using var store = new OpenStore(Folder);
        Filling = Fill.Keys(store, place.Options.Keys, ValueBytes);
        place.Progress($"store: filled, {place.Options.Keys / Filling.Seconds / 1e3:N0} k/s; waiting for hints");
        WaitForHints(store);
    }

    public string Folder { get; }

    public Filling Filling { get; }

    public int Count => _place.Options.Keys;

    public IReadOnlyList<string> Segments => [.. Directory.GetFiles(Folder, "wal-*").Order()];

    public IReadOnlyList<string> Hints => [.. Directory.GetFiles(Folder, "*.hint").Order()];

    /// <summary>The store in this process, opened when first asked for; not together with a child that opens it.</summary>
    public OpenStore Open() => _open ??= new OpenStore(Folder);

    public void Close()
    {
        _open?.Dispose();
        _open = null;
    }

    public static void WriteKey(Span<byte> key, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        BinaryPrimitives.WriteInt64BigEndian(key[8..], number * 0x9E3779B97F4A7C1);
    }

    public void Dispose() => Close();

    private void WaitForHints(OpenStore store)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromMinutes(2))
        {
            var sealedSegments = Directory.GetFiles(Folder, "wal-*.seg").Length;
            if (Directory.GetFiles(Folder, "*.hint").Length >= sealedSegments)
                return;
            Thread.Sleep(50);
        }

        throw new TimeoutException($"{Hints.Count} hints for {Segments.Count} segments after two minutes; committed {store.Store.CommitLsn}");
    }
}

/// <summary>What was seen while keys were written.</summary>
internal sealed record Filling(double Seconds, long DirectoryBytes, long PrivateBytes, double LongestPauseMs, int Collections, double CpuNanosecondsPerKey, double AllocatedPerKey);
