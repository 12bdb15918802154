using System.CommandLine;
using Cluster.Storage;
using Cluster.Storage.Files;
using Cluster.Storage.Repair;

namespace Cluster.Node.CommandLine;

/// <summary>`verify --data DIR [--shard N]`: reads every byte of the shards' logs and says what is damaged. Changes nothing.</summary>
internal static class VerifyVerb
{
    public static Command Create()
    {
        var data = OfflineData.Folder();
        var shard = OfflineData.Shard();
        var command = new Command("verify", "Checks the logs of a node that does not run; exit code 1 if one is damaged.") { data, shard };
        command.SetAction((parsed, cancellation) =>
        {
            string folder = Path.GetFullPath(parsed.GetValue(data)!);
            var output = parsed.InvocationConfiguration.Output;
            var errors = parsed.InvocationConfiguration.Error;
            return Task.FromResult(OfflineData.Run(folder, errors, () => Verify(OfflineData.Select(folder, parsed.GetValue(shard)), output, cancellation)));
        });
        return command;
    }

    private static int Verify(IReadOnlyList<string> folders, TextWriter output, CancellationToken cancellation)
    {
        int code = ExitCode.Ok;
        foreach (string folder in folders)
        {
            string text = Judge(folder, cancellation, out bool opens);
            output.WriteLine($"{Path.GetFileName(folder)}: {text}");
            if (!opens) code = ExitCode.Failed;
        }

        return code;
    }

    private static string Judge(string folder, CancellationToken cancellation, out bool opens)
    {
        try
        {
            var found = LogVerifier.Verify(new PosixFileLayer(), folder, null, cancellation);
            opens = found.Opens;
            return Describe(found);
        }
        catch (StorageException e)
        {
            opens = false;
            return $"cannot be verified: {e.Message}";
        }
    }

    internal static string Describe(LogVerification found)
    {
        string records = found.First.IsNone ? "no records" : $"LSN {found.First} to {found.Last} in {found.Segments.Count} files, committed to {found.Commit}";
        string verdict = found switch
        {
            { StateDamage: { } state } => $"DAMAGED: {state}",
            { Damage: { IsTornTail: true } torn } => $"ok; a torn tail at offset {torn.Offset} of {Path.GetFileName(torn.Path)} ({torn.Reason}) will be cut, nothing durable is missing",
            { Damage: { } damage } => $"DAMAGED at offset {damage.Offset} of {Path.GetFileName(damage.Path)}, LSN {damage.Lsn}: {damage.Reason}, but {damage.Evidence}; records up to {Lsn.Max(damage.LastKnown, damage.Lsn)} are affected",
            { CutUnfinished: true } => "ok; an interrupted cut will be finished",
            _ => "ok",
        };
        return found.IsDoubtful && found.StateDamage is null ? $"{records}; {verdict}; may lack acknowledged records and does not count" : $"{records}; {verdict}";
    }
}
