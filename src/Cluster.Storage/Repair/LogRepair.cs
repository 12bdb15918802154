using System.Globalization;
using Cluster.Storage.Files;
using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Repair;

/// <summary>What a repair did. Records from LostFrom to LostThrough are known to be lost (none if LostFrom is none); more may be.</summary>
public sealed record LogRepairReport(Lsn Kept, Lsn LostFrom, Lsn LostThrough, string? CopyFolder, bool StateRebuilt, bool Counts);

/// <summary>The folder cannot be repaired; the message says what to do instead. Nothing was changed.</summary>
public sealed class LogRepairException(string message) : StorageException(message);

/// <summary>
/// Makes a damaged shard folder openable again by ending its log before the damage. Only ever by an operator's command, and not while a process
/// has the folder. What is changed or removed is copied before; a crash on the way is followed by another repair.
///
/// The replica may then lack records that it has acknowledged. It is marked so, before anything is cut, and neither votes nor counts until a
/// leader has given it a new incarnation; only an operator who has no other replica takes the mark away (accept loss).
/// </summary>
public static class LogRepair
{
    private const int CopyBytes = 1 << 20;

    /// <param name="environment">Files, clock and ids.</param>
    /// <param name="folder">Of one shard.</param>
    /// <param name="acceptLoss">The replica counts at once.</param>
    /// <param name="progress">Of the examination: the bytes read, and those there are.</param>
    /// <param name="cancellation">Heeded until the first change of the folder; then nothing was changed.</param>
    public static LogRepairReport Run(
        StorageEnvironment environment, string folder, bool acceptLoss, Action<long, long>? progress = null, CancellationToken cancellation = default)
    {
        var files = environment.Files;
        var before = LogVerifier.Verify(files, folder, progress, cancellation);
        if (before.CutUnfinished && before.StateDamage is null)
        {
            FinishCut(environment, folder);
            before = LogVerifier.Verify(files, folder, progress, cancellation);
        }

        var damage = before.Damage is { IsTornTail: false } found ? found : null;
        if (damage is not null && (before.Segments.Count == 0 || damage.Lsn <= before.Segments[0].First || damage.Lsn <= before.Manifest?.MergedThrough))
            throw new LogRepairException($"{folder}: {damage.Path} is damaged at offset {damage.Offset}, LSN {damage.Lsn}, before the first record that could be kept. Move the folder away: the replica then starts empty under a new incarnation.");
        if (before.ManifestDamage is { } manifest)
            throw new LogRepairException($"{manifest} Values lie in files that only it names, so nothing here can be trusted to be whole. Move the folder {folder} away: the replica then starts empty under a new incarnation.");
        var rebuild = before.StateDamage is not null;
        if (rebuild && before.ClusterId == Guid.Empty)
            throw new LogRepairException($"{folder} has neither a state file nor a segment that can be read. Move the folder away: the replica then starts empty under a new incarnation.");
        if (damage is null && !rebuild && !(acceptLoss && before.IsDoubtful))
            return new LogRepairReport(before.Last, Lsn.None, Lsn.None, null, StateRebuilt: false, Counts: !before.IsDoubtful);

        cancellation.ThrowIfCancellationRequested();
        var copy = Copy(environment, folder, damage);
        if (rebuild)
        {
            ShardStateFile.Create(files, folder, new ShardState(before.Shard, before.ClusterId, environment.BootId, FsyncMode.Always, ClosedCleanly: false, Doubtful: true, Lsn.None, Lsn.None));
            files.Delete(Path.Combine(folder, CutIntent.FileName));
            files.SyncFolder(folder);
            environment.CrashPoints.Reached("repair.state-rebuilt");
        }

        using var state = ShardStateFile.Open(files, folder);
        state.Save(state.Current with { Doubtful = true, ClosedCleanly = false, BootId = environment.BootId });
        environment.CrashPoints.Reached("repair.marked");
        if (damage is not null && before.Manifest is { } merged && merged.RegardedCommit >= damage.Lsn)
            LowerManifest(environment, folder, merged, damage.Lsn - 1);
        if (damage is not null)
            Cut(environment, folder, state, before, damage);
        if (acceptLoss)
            state.Save(state.Current with { Doubtful = false });
        environment.CrashPoints.Reached("repair.done");
        var kept = damage is null ? before.Last : damage.Lsn - 1;
        var lost = damage is null ? Lsn.None : damage.Lsn;
        return new LogRepairReport(kept, lost, damage is null ? Lsn.None : Lsn.Max(damage.LastKnown, damage.Lsn), copy, rebuild, acceptLoss);
    }

    private static void FinishCut(StorageEnvironment environment, string folder)
    {
        using var state = ShardStateFile.Open(environment.Files, folder);
        CutIntent.Finish(environment.Files, folder, state, environment.CrashPoints);
    }

    /// <summary>
    /// The data files lack values that only records behind the cut supersede. With those lost too a key has neither value, until a leader has sent them
    /// again: the reason why such a replica does not count before.
    /// </summary>
    private static void LowerManifest(StorageEnvironment environment, string folder, ShardManifest manifest, Lsn keep)
    {
        var lowered = manifest with
        {
            RegardedCommit = keep,
            Files = [.. manifest.Files.Select(file => file with { CleanThrough = Lsn.Min(file.CleanThrough, keep) })],
        };
        ShardManifestFile.Write(environment.Files, folder, lowered, environment.CrashPoints);
        environment.CrashPoints.Reached("repair.manifest-lowered");
    }

    private static void Cut(StorageEnvironment environment, string folder, ShardStateFile state, LogVerification before, LogDamage damage)
    {
        // Damage inside a segment ends that one; a damaged header or a gap leaves the segment before as it is.
        var last = before.Segments[^1];
        var inside = Path.GetFileName(damage.Path) == last.Name.ToString();
        var shortened = inside && last.Last >= last.First;
        var intent = new CutIntent
        {
            Keep = damage.Lsn - 1,
            Shortened = shortened ? last.First : Lsn.None,
            Length = shortened ? damage.Offset : 0,
            HeaderOffset = 0,
            Header = [],
        };
        intent.Save(environment.Files, folder, environment.CrashPoints);
        intent.Apply(environment.Files, folder, state, environment.CrashPoints);
    }

    /// <summary>State, and every segment from the damage on: what lies before is not touched. Complete and synced before it has its name.</summary>
    private static string Copy(StorageEnvironment environment, string folder, LogDamage? damage)
    {
        var files = environment.Files;
        var stamp = environment.Time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        var target = $"{folder}.damaged-{stamp}";
        for (var number = 2; files.FolderExists(target); number++)
            target = $"{folder}.damaged-{stamp}-{number}";
        var unfinished = target + ".new";
        files.DeleteFolder(unfinished);
        files.CreateFolder(unfinished);
        var damaged = damage is null ? null : Path.GetFileName(damage.Path);
        foreach (var name in files.ListFiles(folder))
        {
            var wanted = name is ShardStateFile.FileName or CutIntent.FileName
                || (damage is not null && SegmentName.TryParse(name, out var segment) && (name == damaged || segment.First >= damage.Lsn));
            if (wanted)
                CopyFile(files, Path.Combine(folder, name), Path.Combine(unfinished, name));
        }

        files.SyncFolder(unfinished);
        files.Rename(unfinished, target);
        files.SyncFolder(Path.GetDirectoryName(target)!);
        environment.CrashPoints.Reached("repair.copied");
        return target;
    }

    private static void CopyFile(IFileLayer files, string from, string to)
    {
        using var source = files.Open(from, FileOpening.Read);
        using var target = files.Open(to, FileOpening.Create);
        var buffer = new byte[CopyBytes];
        for (long offset = 0; ;)
        {
            var count = source.Read(offset, buffer);
            if (count == 0)
                break;
            target.Write(offset, buffer.AsSpan(0, count));
            offset += count;
        }

        target.Sync();
    }
}
