using Cluster.Node.Hosting;
using Cluster.Storage.Log;

namespace Cluster.Node.CommandLine;

/// <summary>What belongs to a data folder: the shards' folders, and the logs of persistence plugins that lie below it.</summary>
internal static class DataFolderFiles
{
    /// <summary>A plugin's folder is one or two levels below, its log one further.</summary>
    private const int DepthMax = 3;

    /// <summary>Folders with a log that is no shard's, by name. Copies of repairs and folders that were never finished are none.</summary>
    public static IReadOnlyList<string> OtherLogs(string dataFolder)
    {
        var found = new List<string>();
        Search(dataFolder, new HashSet<string>(ShardFolders.In(dataFolder), StringComparer.Ordinal), 1, found);
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static void Search(string folder, HashSet<string> shards, int depth, List<string> found)
    {
        foreach (string path in Directory.EnumerateDirectories(folder))
        {
            string name = Path.GetFileName(path);
            if (shards.Contains(path) || name.EndsWith(".new", StringComparison.Ordinal) || name.Contains(".damaged-", StringComparison.Ordinal) || SnapshotLeftovers.IsOne(name)) continue;
            if (LogFolder.IsOne(path)) found.Add(path);
            else if (depth < DepthMax) Search(path, shards, depth + 1, found);
        }
    }
}
