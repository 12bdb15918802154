using Cluster.Storage.Log;
using Cluster.Storage.State;

namespace Cluster.Storage.Snapshots;

/// <summary>Values are on disk and on the wire: never changed, only added to.</summary>
public enum SnapshotFileKind : byte
{
    /// <summary>A range of the log from a segment's start to the end of a batch, under the name of a sealed segment.</summary>
    Segment = 1,

    /// <summary>What stands in the place of the merged beginning of the log, with the names of the data files.</summary>
    ShardManifest = 2,

    /// <summary>Values of a merged range of the log.</summary>
    Data = 3,
}

/// <summary>One file of a snapshot, under the name that it will have in the shard's folder.</summary>
public sealed record SnapshotFile(SnapshotFileKind Kind, string Name, long Length)
{
    public const int NameBytesMax = 200;

    /// <summary>Of a segment: its first and last LSN.</summary>
    internal SegmentName Segment => SegmentName.TryParse(Name, out var name) ? name : default;

    /// <summary>Nothing else may be written into a shard's folder on the word of another node.</summary>
    internal bool IsValid => Length > 0 && Kind switch
    {
        SnapshotFileKind.Segment => SegmentName.TryParse(Name, out var name) && name.IsSealed && name.ToString() == Name && Length > SegmentHeader.Bytes,
        SnapshotFileKind.ShardManifest => Name == ShardManifestFile.FileName,
        SnapshotFileKind.Data => IsDataName(Name),
        _ => false,
    };

    private static bool IsDataName(string name)
    {
        if (!DataFileInfo.IsName(name) || name.Length != DataFileInfo.Prefix.Length + (3 * 16) + 2 + DataFileInfo.Suffix.Length)
            return false;
        return name.AsSpan(DataFileInfo.Prefix.Length, (3 * 16) + 2).IndexOfAnyExcept("0123456789abcdef-") < 0;
    }
}
