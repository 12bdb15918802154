using Cluster.Storage.Files;

namespace Cluster.Storage.Log;

/// <summary>The segment files of a shard folder by name, oldest first. Two that begin with the same record, or a name that is none, are refused.</summary>
internal static class SegmentListing
{
    public static List<SegmentName> Read(IFileLayer files, string folder)
    {
        var names = new List<SegmentName>();
        foreach (var file in files.ListFiles(folder))
        {
            if (SegmentName.TryParse(file, out var name))
                names.Add(name);
            else if (file.StartsWith(SegmentName.Prefix, StringComparison.Ordinal))
                throw new ShardFolderException(ShardFolderProblem.Foreign, folder, $"{Path.Combine(folder, file)} is no name of a segment.");
        }

        names.Sort(static (left, right) => left.First.CompareTo(right.First));
        for (var i = 1; i < names.Count; i++)
        {
            if (names[i].First == names[i - 1].First)
                throw new WalCorruptException(Path.Combine(folder, names[i].ToString()), 0, names[i].First, $"{names[i - 1]} begins with the same record");
        }

        return names;
    }
}
