using System.Globalization;
using Cluster.Actors.Shards;

namespace Cluster.Node.Hosting;

/// <summary>Names of the shards' folders in a data folder.</summary>
internal static class ShardFolders
{
    private const string Prefix = "shard-";
    private const string Meta = "shard-meta";

    public static string NameOf(int shard) => shard == ShardId.Meta ? Meta : Prefix + shard.ToString("d4", CultureInfo.InvariantCulture);

    /// <summary>What --shard takes.</summary>
    public static string ArgumentOf(int shard) => shard == ShardId.Meta ? "meta" : shard.ToString(CultureInfo.InvariantCulture);

    /// <summary>Full paths of those that are there, by name. Folders that were set aside have other names.</summary>
    public static IReadOnlyList<string> In(string dataFolder) =>
        [.. Directory.EnumerateDirectories(dataFolder, Prefix + "*").Where(static path => TryParse(Path.GetFileName(path), out _)).Order(StringComparer.Ordinal)];

    /// <summary>Whether a shard's folder has that name.</summary>
    public static bool IsName(string name) => TryParse(name, out _);

    private static bool TryParse(string name, out int shard)
    {
        shard = ShardId.Meta;
        return name == Meta || (name.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out shard) && NameOf(shard) == name);
    }
}
