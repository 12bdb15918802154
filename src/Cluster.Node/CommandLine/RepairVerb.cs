using System.CommandLine;
using Cluster.Storage.Log;
using Cluster.Storage.Repair;

namespace Cluster.Node.CommandLine;

/// <summary>`repair --data DIR --shard N [--accept-loss]`: ends a damaged log before the damage, keeps a copy, says what is lost.</summary>
internal static class RepairVerb
{
    public static Command Create()
    {
        var data = OfflineData.Folder();
        var shard = OfflineData.Shard();
        shard.Required = true;
        var acceptLoss = new Option<bool>("--accept-loss")
        {
            Description = "The replica counts at once, although acknowledged records may be missing. Only where no majority of whole replicas is left.",
        };
        var command = new Command("repair", "Cuts the damage out of a shard's log on a node that does not run.") { data, shard, acceptLoss };
        command.SetAction((parsed, cancellation) =>
        {
            string folder = Path.GetFullPath(parsed.GetValue(data)!);
            var output = parsed.InvocationConfiguration.Output;
            var errors = parsed.InvocationConfiguration.Error;
            return Task.FromResult(OfflineData.Run(folder, onlyLooks: false, errors, cancellation, token =>
            {
                using var progress = new ProgressLine(errors);
                return Repair(OfflineData.Select(folder, parsed.GetValue(shard))[0], parsed.GetValue(acceptLoss), output, progress, token);
            }));
        });
        return command;
    }

    private static int Repair(string folder, bool acceptLoss, TextWriter output, ProgressLine progress, CancellationToken cancellation)
    {
        using var writers = new WriterPool(1);
        var report = LogRepair.Run(StorageEnvironment.ForProcess(writers), folder, acceptLoss, (done, total) => progress.Show(Path.GetFileName(folder), done, total), cancellation);
        progress.Dispose();
        if (report.CopyFolder is null)
        {
            output.WriteLine(report.Counts
                ? $"{Path.GetFileName(folder)}: nothing to repair, the log is whole up to LSN {report.Kept}"
                : $"{Path.GetFileName(folder)}: the log is whole up to LSN {report.Kept}, but may lack acknowledged records: it counts when a leader has taken it in again, or after --accept-loss");
            return ExitCode.Ok;
        }

        output.WriteLine($"{Path.GetFileName(folder)}: kept up to LSN {report.Kept}; what was changed is kept in {report.CopyFolder}");
        if (!report.LostFrom.IsNone) output.WriteLine($"lost: LSN {report.LostFrom} to {report.LostThrough}");
        if (report.StateRebuilt) output.WriteLine("the state file was made anew from the log: whether records are missing at its end cannot be known");
        output.WriteLine(report.Counts
            ? "the replica counts at once: acknowledged records that are lost here are lost for good unless another replica has them"
            : "the replica does not count until a leader has taken it in again");
        return ExitCode.Ok;
    }
}
