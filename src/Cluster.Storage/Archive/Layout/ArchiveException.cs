namespace Cluster.Storage.Archive.Layout;

/// <summary>An object of an archive is not what its name or its side object says. The message names it; nothing is repaired by itself.</summary>
public sealed class ArchiveException(string name, string reason, Exception? inner = null) : StorageException($"archive: {name}: {reason}", inner)
{
    /// <summary>Below the archive's root.</summary>
    public string Name { get; } = name;

    public string Reason { get; } = reason;
}
