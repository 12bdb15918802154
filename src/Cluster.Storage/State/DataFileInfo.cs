using System.Globalization;

namespace Cluster.Storage.State;

/// <summary>One live data file as the manifest names it (docs/formats/shard-manifest.md).</summary>
/// <param name="Id">Random; also in the file itself and in its name.</param>
/// <param name="First">First LSN of the range it covers.</param>
/// <param name="Last">Last LSN of that range; what the file does not hold of the range is dead.</param>
/// <param name="CleanThrough">It holds no value that a record up to here has overwritten or deleted.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Entries">Values and tombstones in it.</param>
/// <param name="Checksum">CRC-32C of the whole file.</param>
public readonly record struct DataFileInfo(ulong Id, Lsn First, Lsn Last, Lsn CleanThrough, long Bytes, long Entries, uint Checksum)
{
    public const string Prefix = "data-";
    public const string Suffix = ".dat";

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{First.Value:x16}-{Last.Value:x16}-{Id:x16}{Suffix}");

    /// <summary>Whether a file of that name can only be a data file.</summary>
    public static bool IsName(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal);
}
