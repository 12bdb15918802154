using Cluster.Node.Hosting;
using Cluster.Storage.Files;
using Cluster.Storage.Snapshots;

namespace Cluster.Node.CommandLine;

/// <summary>Says what snapshots have left beside the shards' folders: received ones, installations that were interrupted, replicas that gave way.</summary>
internal static class SnapshotLeftovers
{
    private const string Evidence = ".evidence-";
    private static readonly string[] Marks = [".incoming", ".install", ".replaced", Evidence];

    /// <summary>Whether that is a folder or a file beside a shard's, and none itself.</summary>
    public static bool IsOne(string name) => ShardOf(name) is not null;

    /// <summary>One line each; false if a shard cannot be opened because of one.</summary>
    public static bool Write(string dataFolder, TextWriter output)
    {
        bool whole = true;
        var shards = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFileSystemEntries(dataFolder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (ShardOf(name) is not { } shard) continue;
            shards.Add(shard);
            if (name.Contains(Evidence, StringComparison.Ordinal)) output.WriteLine($"{name}: a replica that was given up; kept until somebody deletes it");
        }

        foreach (string shard in shards)
        {
            foreach (var (name, text, opens) in SnapshotReview.Of(new PosixFileLayer(), Path.Combine(dataFolder, shard)))
            {
                output.WriteLine($"{name}: {text}");
                whole &= opens;
            }
        }

        return whole;
    }

    private static string? ShardOf(string name)
    {
        foreach (string mark in Marks)
        {
            int at = name.IndexOf(mark, StringComparison.Ordinal);
            if (at > 0 && ShardFolders.IsName(name[..at])) return name[..at];
        }

        return null;
    }
}
