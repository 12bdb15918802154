using System.CommandLine;
using System.Globalization;
using Cluster.Actors.Shards;
using Cluster.Node.Hosting;
using Cluster.Storage;
using Cluster.Storage.State;

namespace Cluster.Node.CommandLine;

/// <summary>What the verbs share that work on the data folder of a node that does not run.</summary>
internal static class OfflineData
{
    public static Option<string> Folder() => new("--data") { Description = "Folder of the data; its node must not run.", HelpName = "DIR", Required = true };

    public static Option<string?> Shard() => new("--shard") { Description = "One shard: its number, or meta.", HelpName = "N" };

    /// <summary>
    /// Runs it while no process has the data folder. What Storage throws is one line and exit code 1; Ctrl+C cancels. Who only looks needs
    /// no lock where nobody can write.
    /// </summary>
    public static int Run(string dataFolder, bool onlyLooks, TextWriter errors, CancellationToken cancellation, Func<CancellationToken, int> action)
    {
        if (!Directory.Exists(dataFolder)) throw new NodeRefusedException($"--data: {dataFolder} is no folder");
        using var signals = new InterruptSignals(cancellation);
        try
        {
            using var held = Hold(dataFolder, onlyLooks);
            return action(signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            errors.WriteLine("cluster: interrupted before the end; nothing was changed");
            return ExitCode.Interrupted;
        }
        catch (DataFolderInUseException)
        {
            throw;
        }
        catch (StorageException e)
        {
            errors.WriteLine($"cluster: {e.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
        }
    }

    /// <summary>The lock of a folder; null if its file system is read-only and that does not matter.</summary>
    public static DataFolderLock? Hold(string folder, bool onlyLooks)
    {
        try
        {
            return DataFolderLock.Acquire(folder);
        }
        catch (StorageFailedException e) when (onlyLooks && e.Failure == StorageFailure.NotWritable)
        {
            return null;
        }
    }

    /// <summary>The folders asked for; all of them if no shard was named.</summary>
    public static IReadOnlyList<string> Select(string dataFolder, string? shard)
    {
        if (shard is null) return ShardFolders.In(dataFolder);
        int number = ShardId.Meta;
        if (shard != "meta" && !int.TryParse(shard, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            throw new NodeRefusedException($"--shard: expected a number or meta, got '{shard}'");
        string folder = Path.Combine(dataFolder, ShardFolders.NameOf(number));
        return Directory.Exists(folder) ? [folder] : throw new NodeRefusedException($"--shard: {folder} is no folder");
    }
}
