using System.Collections.Concurrent;
using Cluster.Storage;
using Cluster.Storage.Log;
using Microsoft.Extensions.Logging;

namespace Cluster.Node.Hosting;

/// <summary>What Storage has to tell an operator, as lines of the node's log.</summary>
internal sealed class StorageLog(ILogger log, TimeProvider time) : IStorageEvents
{
    /// <summary>An opening that takes longer says how far it is, and again after each further such time.</summary>
    private static readonly TimeSpan OpeningInterval = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, (long Since, long Told)> _openings = new(StringComparer.Ordinal);

    public void Opening(in OpeningProgress progress)
    {
        long now = time.GetTimestamp();
        if (progress is { Phase: OpeningPhase.Reading, BytesDone: 0 }) _openings.TryRemove(progress.Folder, out _);
        var (since, told) = _openings.GetOrAdd(progress.Folder, (now, now));
        bool slow = told != since || time.GetElapsedTime(since, now) >= OpeningInterval;
        if (progress.Phase == OpeningPhase.Open)
        {
            _openings.TryRemove(progress.Folder, out _);
            if (slow) log.LogInformation("shard {Shard}: open after {Seconds:F1} s, {Bytes} bytes in {Folder}", progress.Shard, time.GetElapsedTime(since, now).TotalSeconds, progress.BytesTotal, progress.Folder);
            return;
        }

        if (time.GetElapsedTime(told, now) < OpeningInterval) return;
        _openings[progress.Folder] = (since, now);
        log.LogInformation("shard {Shard}: opening, {Phase}, {Done} of {Total} bytes in {Folder}", progress.Shard, progress.Phase, progress.BytesDone, progress.BytesTotal, progress.Folder);
    }

    public void TornTailCut(int shard, string path, long offset, Lsn firstLost, string reason) =>
        log.LogWarning("shard {Shard}: cut the torn tail of {Path} at offset {Offset} (from LSN {Lsn} on; {Reason}): it was never durable as a whole", shard, path, offset, firstLost.Value, reason);

    public void SuffixCut(int shard, Lsn keep, Lsn last, string tailPath) =>
        log.LogWarning("shard {Shard}: records {First} to {Last} were not committed and gave way to the leader's; saved in {Path}", shard, keep.Value + 1, last.Value, tailPath);

    public void SuffixCutUnsaved(int shard, string folder, Lsn keep, Lsn last, string reason) =>
        log.LogWarning("shard {Shard}: records {First} to {Last} in {Folder} were not committed and gave way to the leader's; they could not be saved ({Reason})", shard, keep.Value + 1, last.Value, folder, reason);

    public void AcknowledgedMayBeMissing(int shard, string folder, Lsn last) =>
        log.LogError(
            "shard {Shard}: {Folder} was written with fsync = interval or os and the machine went down: acknowledged writes behind LSN {Lsn} may be lost here. The replica neither votes nor counts until a leader has taken it in again; an only voter goes on with what it has. Where no majority of whole replicas is left: cluster repair --shard {Argument} --accept-loss (docs/operations.md)",
            shard, folder, last.Value, ShardFolders.ArgumentOf(shard));

    public void DoubtfulRecordsCopied(int shard, Lsn first, Lsn last) =>
        log.LogInformation("shard {Shard}: records {First} to {Last} were copied and synced anew after an unclean end", shard, first.Value, last.Value);

    public void LogPinRevoked(int shard, Lsn after, long bytesHeld) =>
        log.LogWarning("shard {Shard}: log from LSN {First} on is no longer kept for a snapshot or a stream: that held {Bytes} bytes; who still needs it needs another snapshot", shard, after.Value + 1, bytesHeld);

    public void Merged(int shard, Lsn through, long replacedBytes, long writtenBytes) =>
        log.LogDebug("shard {Shard}: merged {Replaced} bytes into {Written}, through LSN {Lsn}", shard, replacedBytes, writtenBytes, through.Value);

    public void MergeFailed(int shard, Exception cause) =>
        log.LogError(cause, "shard {Shard}: merging has failed; the shard serves as before, but its disk fills until the node is restarted", shard);

    public void SpaceLow(string folder, long freeBytes) =>
        log.LogError("{Folder}: the disk is nearly full, {FreeBytes} bytes are free; client writes are refused, reads go on, and so do writes once there is space again (docs/operations.md)", folder, freeBytes);

    public void SpaceRecovered(string folder, long freeBytes) =>
        log.LogInformation("{Folder}: {FreeBytes} bytes are free; client writes go on", folder, freeBytes);
}
