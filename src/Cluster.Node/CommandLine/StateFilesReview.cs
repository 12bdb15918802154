using Cluster.Actors.Membership;
using Cluster.Node.Hosting;
using Cluster.Storage;
using Cluster.Storage.Files;
using Cluster.Storage.Snapshots;
using Cluster.Storage.State;

namespace Cluster.Node.CommandLine;

/// <summary>Reads the small state files of a data folder and holds them against each other and against the folders that are there. Changes nothing.</summary>
internal static class StateFilesReview
{
    /// <summary>One line per file; false if one is unreadable, or something that it names is missing.</summary>
    public static bool Write(string dataFolder, TextWriter output)
    {
        var files = new PosixFileLayer();
        Guid? cluster = null;
        bool whole = Judge(NodeStateFile.FileName, output, () =>
        {
            if (NodeStateFile.Inspect(files, dataFolder) is not { } node) return null;
            cluster = node.ClusterId;
            var missing = new List<string>();
            foreach (var entry in node.Shards)
            {
                string folder = Path.Combine(dataFolder, ShardFolders.NameOf(entry.Shard));
                // While a snapshot is being installed the folder has no name for a moment.
                if (entry.State is not null && !Directory.Exists(folder) && !File.Exists(SnapshotFolder.Intent(folder))) missing.Add(ShardFolders.NameOf(entry.Shard));
            }

            string text = $"node {node.NodeId}, cluster {node.ClusterId?.ToString() ?? "none"}, {node.Shards.Count} shards";
            string marked = string.Join(", ", node.Shards.Where(entry => entry.Poisoned).Select(entry => ShardFolders.NameOf(entry.Shard)));
            if (marked.Length > 0) text += $"; a write or sync of {marked} failed: the next opening copies what is in doubt";
            return missing.Count == 0 ? (text + "; ok", true) : (text + $"; MISSING: {string.Join(", ", missing)}: bring the folder back, or the replica starts empty under a new incarnation", false);
        });
        whole &= Judge(BootstrapFile.FileName, output, () =>
        {
            if (!files.FileExists(Path.Combine(dataFolder, BootstrapFile.FileName))) return null;
            var state = new BootstrapFile(files, dataFolder).Load();
            if (state.Committed is not { } topology) return ("no topology yet; ok", true);
            string text = $"cluster {topology.ClusterId}, topology {topology.Epoch}, {topology.Nodes.Length} nodes, {topology.ShardCount} shards";
            return cluster is null || cluster == topology.ClusterId ? (text + "; ok", true) : (text + $"; DAMAGED: {NodeStateFile.FileName} belongs to cluster {cluster}", false);
        });
        return whole;
    }

    private static bool Judge(string name, TextWriter output, Func<(string Text, bool Whole)?> read)
    {
        try
        {
            if (read() is not { } found) return true;
            output.WriteLine($"{name}: {found.Text}");
            return found.Whole;
        }
        catch (StorageException e)
        {
            output.WriteLine($"{name}: DAMAGED: {e.Message}");
            return false;
        }
    }
}
