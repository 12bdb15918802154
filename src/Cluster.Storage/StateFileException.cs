namespace Cluster.Storage;

/// <summary>A small state file exists but cannot be read. It never counts as empty: the caller stops.</summary>
public sealed class StateFileException(string path, string reason)
    : StorageException($"{path} is unreadable: {reason}. It is not treated as empty; restore it, or set the folder aside.")
{
    public string Path { get; } = path;

    public string Reason { get; } = reason;
}
