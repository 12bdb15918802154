using Akka.Configuration;
using Cluster.Storage;
using Cluster.Storage.Log;

namespace Cluster.Actors.Persistence;

/// <summary>What a plugin's section says (cluster.persistence in hocon/reference.conf). Sizes are in bytes.</summary>
internal sealed record PluginSettings
{
    public required string Folder { get; init; }

    public required FsyncMode Fsync { get; init; }

    public required long SegmentBytes { get; init; }

    public required long WriteBytesMax { get; init; }

    /// <summary>Name of the serializer for payloads that are bound to none.</summary>
    public required string Serializer { get; init; }

    /// <exception cref="ConfigurationException">Naming the key.</exception>
    public static PluginSettings Read(Config config)
    {
        string folder = config.GetString("folder", "");
        if (folder.Length == 0) throw new ConfigurationException("The persistence plugin's 'folder' is not set: it says where the log lies.");
        return new PluginSettings
        {
            Folder = Path.GetFullPath(folder),
            Fsync = config.GetString("fsync", "always") switch
            {
                "always" => FsyncMode.Always,
                "interval" => FsyncMode.Interval,
                "os" => FsyncMode.Os,
                var other => throw new ConfigurationException($"The persistence plugin's 'fsync' is '{other}'; it can be always, interval or os."),
            },
            SegmentBytes = Size(config, "segment-bytes", 64L << 20, 64L << 10, 1L << 30),
            // A record takes a few bytes more than what is written.
            WriteBytesMax = Size(config, "write-bytes-max", 64L << 20, 1, RecordFormat.RecordBytesMax - 1024),
            Serializer = config.GetString("serializer", ""),
        };
    }

    private static long Size(Config config, string key, long otherwise, long least, long most)
    {
        long value = config.GetByteSize(key, otherwise) ?? otherwise;
        return value >= least && value <= most
            ? value
            : throw new ConfigurationException($"The persistence plugin's '{key}' is {value}; it can be {least} to {most} bytes.");
    }
}
