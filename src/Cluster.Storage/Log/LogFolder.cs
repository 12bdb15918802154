namespace Cluster.Storage.Log;

/// <summary>How a folder with a log is known from outside.</summary>
public static class LogFolder
{
    /// <summary>Every such folder has the state file from its first moment on.</summary>
    public static bool IsOne(string path) => File.Exists(Path.Combine(path, ShardStateFile.FileName));
}
