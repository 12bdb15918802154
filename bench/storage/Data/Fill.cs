using System.Diagnostics;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Bench.Storage.Data;

/// <summary>Writes keys into a store as a shard's owner does: bursts, commits of what was flushed, back-pressure.</summary>
internal static class Fill
{
    private const int Burst = 256;

    public static Filling Keys(OpenStore open, int keys, int valueBytes, long expiresAt = 0)
    {
        var store = open.Store;
        Span<byte> key = stackalloc byte[KeyData.KeyBytes];
        var value = new byte[valueBytes];
        new Random(7).NextBytes(value);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var memory = Devices.PrivateBytes();
        var pauses = new PauseWatch();
        var allocated = GC.GetTotalAllocatedBytes();
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < keys; i++)
        {
            KeyData.WriteKey(key, i);
            BitConverter.TryWriteBytes(value, i);
            Put(open, key, value, expiresAt);
            if (i % Burst == Burst - 1)
            {
                store.RequestFlush();
                store.AdvanceCommit(store.FlushedLsn);
                pauses.Look();
            }
        }

        CommitAll(open);
        var seconds = watch.Elapsed.TotalSeconds;
        pauses.Look();
        process.Refresh();
        var cpuPerKey = (process.TotalProcessorTime - cpu).TotalNanoseconds / keys;
        var allocatedPerKey = (GC.GetTotalAllocatedBytes() - allocated) / (double)keys;
        GC.Collect();
        return new Filling(seconds, store.DirectoryBytes, Devices.PrivateBytes() - memory, pauses.LongestMs, pauses.Collections, cpuPerKey, allocatedPerKey);
    }

    /// <summary>Waits for room when there is none.</summary>
    public static void Put(OpenStore open, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiresAt)
    {
        var store = open.Store;
        while (true)
        {
            var result = store.AppendPut(new Term(1), 0, SessionStamp.None, key, value, expiresAt);
            if (result.Refusal == AppendRefusal.None)
                return;
            if (result.Refusal is not (AppendRefusal.PendingFull or AppendRefusal.LogFull))
                throw new InvalidOperationException($"the store refuses: {result.Refusal}");
            store.RequestFlush();
            open.Pump.WaitAbove(store.CommitLsn.Value);
            store.AdvanceCommit(store.FlushedLsn);
        }
    }

    public static void CommitAll(OpenStore open)
    {
        var store = open.Store;
        store.RequestFlush();
        if (store.FlushedLsn < store.LastLsn)
            open.Pump.WaitAbove(store.LastLsn.Value - 1);
        store.AdvanceCommit(store.FlushedLsn);
    }
}
