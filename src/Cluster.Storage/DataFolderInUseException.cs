namespace Cluster.Storage;

/// <summary>Another living process holds the data folder.</summary>
public sealed class DataFolderInUseException(string path, int processId)
    : StorageException($"data folder {path} is in use by {(processId > 0 ? $"process {processId}" : "another process")}")
{
    public string Path { get; } = path;

    /// <summary>The holder, 0 if it did not say.</summary>
    public int ProcessId { get; } = processId;
}
