using System.CommandLine;
using Cluster.Storage;
using Cluster.Storage.Files;
using Cluster.Storage.Repair;
using Cluster.Storage.State;

namespace Cluster.Node.CommandLine;

/// <summary>`verify --data DIR [--shard N]`: reads the state files and every byte of all logs, and says what is damaged or missing. Changes nothing.</summary>
internal static class VerifyVerb
{
    public static Command Create()
    {
        var data = OfflineData.Folder();
        var shard = OfflineData.Shard();
        var command = new Command("verify", "Checks the files of a node that does not run; exit code 1 if one is damaged or missing.") { data, shard };
        command.SetAction((parsed, cancellation) =>
        {
            string folder = Path.GetFullPath(parsed.GetValue(data)!);
            string? one = parsed.GetValue(shard);
            var output = parsed.InvocationConfiguration.Output;
            var errors = parsed.InvocationConfiguration.Error;
            return Task.FromResult(OfflineData.Run(folder, onlyLooks: true, errors, cancellation, token =>
            {
                using var progress = new ProgressLine(errors);
                bool whole = one is not null || StateFilesReview.Write(folder, output);
                foreach (string shardFolder in OfflineData.Select(folder, one)) whole &= Verify(shardFolder, Path.GetFileName(shardFolder), output, progress, token);
                if (one is null) whole &= SnapshotLeftovers.Write(folder, output);
                if (one is null) whole &= VerifyOthers(folder, output, progress, token);
                return whole ? ExitCode.Ok : ExitCode.Failed;
            }));
        });
        return command;
    }

    /// <summary>The logs of persistence plugins have locks and state files of their own.</summary>
    private static bool VerifyOthers(string dataFolder, TextWriter output, ProgressLine progress, CancellationToken cancellation)
    {
        bool whole = true;
        foreach (string folder in DataFolderFiles.OtherLogs(dataFolder))
        {
            string name = Path.GetRelativePath(dataFolder, folder);
            string owner = Path.GetDirectoryName(folder)!;
            try
            {
                using var held = owner == dataFolder || !File.Exists(Path.Combine(owner, DataFolderLock.LockFileName)) ? null : OfflineData.Hold(owner, onlyLooks: true);
                whole &= Verify(folder, name, output, progress, cancellation);
            }
            catch (DataFolderInUseException e)
            {
                output.WriteLine($"{name}: not verified: {e.Message}");
                whole = false;
            }
        }

        return whole;
    }

    private static bool Verify(string folder, string name, TextWriter output, ProgressLine progress, CancellationToken cancellation)
    {
        bool opens;
        string text;
        try
        {
            var found = LogVerifier.Verify(new PosixFileLayer(), folder, (done, total) => progress.Show(name, done, total), cancellation);
            opens = found.Opens;
            text = Describe(found);
        }
        catch (StorageException e)
        {
            opens = false;
            text = $"cannot be verified: {e.Message}";
        }

        progress.Dispose();
        output.WriteLine($"{name}: {text}");
        return opens;
    }

    internal static string Describe(LogVerification found)
    {
        string records = found.First.IsNone ? "no records" : $"LSN {found.First} to {found.Last} in {found.Segments.Count} files, committed to {found.Commit}";
        if (found.Manifest is { } manifest) records += $"; merged to {manifest.MergedThrough} into {manifest.Files.Count} files";
        string verdict = found switch
        {
            { StateDamage: { } state } => $"DAMAGED: {state}",
            { ManifestDamage: { } list } => $"DAMAGED: {list}",
            { Damage: { IsTornTail: true } torn } => $"ok; a torn tail at offset {torn.Offset} of {Path.GetFileName(torn.Path)} ({torn.Reason}) will be cut, nothing durable is missing",
            { Damage: { } damage } => $"DAMAGED at offset {damage.Offset} of {Path.GetFileName(damage.Path)}, LSN {damage.Lsn}: {damage.Reason}, but {damage.Evidence}; records up to {Lsn.Max(damage.LastKnown, damage.Lsn)} are affected",
            { CutUnfinished: true } => "ok; an interrupted cut will be finished",
            _ => "ok",
        };
        return found.IsDoubtful && found.StateDamage is null ? $"{records}; {verdict}; may lack acknowledged records and does not count" : $"{records}; {verdict}";
    }
}
