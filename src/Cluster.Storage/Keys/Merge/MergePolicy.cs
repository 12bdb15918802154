using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Merge;

/// <summary>
/// Decides what is worth a merge. Looks at estimates alone. Every plan makes progress: it removes dead bytes, or makes files clean of what
/// tombstones wait for (a file is clean once it was written after them), after which the tombstones go.
/// </summary>
internal sealed class MergePolicy(MergeOptions options, ShardLog log, KeyState state, TimeProvider time)
{
    /// <summary>A data file below this share of the usual size is taken along by its neighbours' merge.</summary>
    private const int SmallShare = 4;

    /// <summary>One merge takes at most this part of the log, and at least a segment.</summary>
    private const int LogShare = 4;

    /// <summary>How long what is known of the pressure is good enough.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(200);

    private long _measuredAt;
    private double _pressure;

    private FileUsage Usage => state.Directory.Usage!;

    /// <summary>Share of dead bytes in what could be merged: how urgent it is. Looks again now and then, since writers go on while a merge runs.</summary>
    public double Pressure(Lsn limit)
    {
        if (time.GetElapsedTime(_measuredAt) > Fresh)
            Choose(limit);
        return _pressure;
    }

    /// <summary>The next merge, not held yet, or null if none is worth it. <paramref name="limit"/> is the last record that may be regarded and released.</summary>
    public MergePlan? Choose(Lsn limit)
    {
        var live = state.DataFiles.Current;
        var merged = state.Manifest?.MergedThrough ?? Lsn.None;
        var candidates = 0;
        long logBytes = 0;
        double logDead = 0;
        var segments = log.Segments;
        var first = 0;
        while (first < segments.Length && segments[first].Last <= merged)
            first++;
        for (var i = first; i < segments.Length && segments[i].IsSealed && segments[i].Last <= limit; i++)
        {
            candidates++;
            logBytes += segments[i].WrittenBytes;
            logDead += DeadBytes(segments[i]);
        }

        long dataBytes = 0;
        double dataDead = 0, tombstones = 0;
        foreach (var file in live)
        {
            dataBytes += file.Info.Bytes;
            dataDead += DeadBytes(file);
            tombstones += TombstoneBytes(file);
        }

        _measuredAt = time.GetTimestamp();
        var logRatio = Ratio(logDead, logBytes);
        var dataRatio = Ratio(dataDead + tombstones, dataBytes);
        _pressure = Math.Max(logRatio, Ratio(logDead + dataDead, logBytes + dataBytes));
        if (logRatio > options.Ratio)
            return OfLog(live, segments.AsSpan(first, candidates), logBytes);
        foreach (var file in live)
        {
            if (file.Info.Bytes >= options.MinBytes / SmallShare && DeadBytes(file) > options.Ratio * file.Info.Bytes)
                return OfData(live, Array.IndexOf(live, file));
        }

        return dataRatio > options.Ratio ? OfTombstones(live) : null;
    }

    public double DeadBytes(DataFile file) => file.Info.Bytes * (1 - Share(file));

    private double DeadBytes(Segment segment) => segment.WrittenBytes * (1 - Usage.LiveShare((uint)segment.Number));

    /// <summary>Of a file whose entries are nearly all tombstones nothing is dead by the directory's account: they count apart.</summary>
    private double Share(DataFile file)
    {
        if (file.Info.Entries == 0)
            return 0;
        var kept = TombstoneBytes(file) / file.Info.Bytes;
        return kept + ((1 - kept) * Usage.LiveShare(file.Number));
    }

    private static double TombstoneBytes(DataFile file) =>
        file.Info.Entries == 0 ? 0 : (file.Info.Bytes - file.ValueBytes) * ((double)file.Tombstones / file.Info.Entries);

    private double Ratio(double dead, long bytes) => bytes < Math.Max(1, options.MinBytes) ? 0 : dead / bytes;

    /// <summary>Of a small log only a part at a time: what a merge replaces is released when it ends, and until then garbage grows.</summary>
    private MergePlan OfLog(DataFile[] live, ReadOnlySpan<Segment> candidates, long logBytes)
    {
        var count = 0;
        long bytes = 0;
        double kept = 0;
        var most = Math.Min(options.FileBytes, logBytes / LogShare);
        while (count < candidates.Length && (count == 0 || bytes + candidates[count].WrittenBytes <= most))
        {
            bytes += candidates[count].WrittenBytes;
            kept += candidates[count].WrittenBytes - DeadBytes(candidates[count]);
            count++;
        }

        // Small or mostly dead data files before them are taken along, lest there be ever more of them.
        var start = live.Length;
        while (start > 0 && IsWorthTaking(live[start - 1]) && kept + live[start - 1].Info.Bytes - DeadBytes(live[start - 1]) <= options.FileBytes)
        {
            start--;
            kept += live[start].Info.Bytes - DeadBytes(live[start]);
        }

        return new MergePlan { Live = live, Start = start, Count = live.Length - start, Segments = candidates[..count].ToArray(), LiveBytes = (long)kept };
    }

    private MergePlan OfData(DataFile[] live, int at)
    {
        var start = at;
        var end = at + 1;
        var kept = live[at].Info.Bytes - DeadBytes(live[at]);
        while (end < live.Length && IsWorthTaking(live[end]) && kept + live[end].Info.Bytes - DeadBytes(live[end]) <= options.FileBytes)
            kept += live[end].Info.Bytes - DeadBytes(live[end++]);
        while (start > 0 && IsWorthTaking(live[start - 1]) && kept + live[start - 1].Info.Bytes - DeadBytes(live[start - 1]) <= options.FileBytes)
            kept += live[--start].Info.Bytes - DeadBytes(live[start]);
        return new MergePlan { Live = live, Start = start, Count = end - start, Segments = [], LiveBytes = (long)kept };
    }

    /// <summary>
    /// Tombstones have become the garbage. A file with tombstones whose elders are all clean of what they deleted loses them when it is written anew; if
    /// there is none, the least clean elder is written anew.
    /// </summary>
    private MergePlan? OfTombstones(DataFile[] live)
    {
        var cleanest = new Lsn(long.MaxValue);
        for (var i = 0; i < live.Length; i++)
        {
            if (live[i].Tombstones > 0 && cleanest >= live[i].Info.Last)
                return OfData(live, i);
            cleanest = Lsn.Min(cleanest, live[i].Info.CleanThrough);
        }

        var newest = Array.FindLastIndex(live, static file => file.Tombstones > 0);
        for (var i = 0; i < newest; i++)
        {
            if (live[i].Info.CleanThrough < live[newest].Info.Last)
                return OfData(live, i);
        }

        return null;
    }

    private bool IsWorthTaking(DataFile file) =>
        file.Info.Bytes < options.FileBytes / SmallShare || DeadBytes(file) > options.Ratio * file.Info.Bytes;
}
