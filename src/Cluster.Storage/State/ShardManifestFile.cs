using Cluster.Storage.Files;
using Cluster.Storage.Log;

namespace Cluster.Storage.State;

/// <summary>
/// <c>shard.manifest</c> in the shard's folder. Missing: nothing was ever merged. Unreadable: the shard does not open, and nothing is
/// deleted. A crash while it is replaced leaves the old one or the new one.
/// </summary>
public static class ShardManifestFile
{
    public const string FileName = "shard.manifest";
    public const ushort Version = 1;

    /// <summary>"CLUSTSM1".</summary>
    public const ulong Magic = 0x314D5354_53554C43;

    public static ShardManifest? Read(IFileLayer files, string folder)
    {
        var path = Path.Combine(folder, FileName);
        var content = StateFile.Read(files, path, Magic, Version, out _);
        return content is null ? null : ShardManifestCodec.Decode(content, path);
    }

    /// <summary>The bytes of the file, as a snapshot carries it.</summary>
    public static byte[] Encode(ShardManifest manifest) => StateFile.Encode(Magic, Version, ShardManifestCodec.Encode(manifest));

    /// <summary>Durable when it returns. After a failure either the old or the new one may be found.</summary>
    public static void Write(IFileLayer files, string folder, ShardManifest manifest, ICrashPoints? crashPoints = null) =>
        StateFile.Write(files, Path.Combine(folder, FileName), Magic, Version, ShardManifestCodec.Encode(manifest), crashPoints);
}
