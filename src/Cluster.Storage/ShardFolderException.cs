namespace Cluster.Storage;

public enum ShardFolderProblem
{
    /// <summary>The folder does not exist and was not to be created.</summary>
    Missing,

    /// <summary>It exists without the state file that every whole shard folder has.</summary>
    HalfCreated,

    /// <summary>It belongs to another cluster or shard.</summary>
    Foreign,
}

/// <summary>A folder cannot be opened as this shard. Nothing was changed in it.</summary>
public sealed class ShardFolderException(ShardFolderProblem problem, string path, string message) : StorageException(message)
{
    public ShardFolderProblem Problem { get; } = problem;

    public string Path { get; } = path;
}
