using System.Runtime.InteropServices;

namespace Cluster.Storage;

public enum StorageFailure
{
    /// <summary>The device or the kernel reported an error; what was not synced before may be lost.</summary>
    Io,

    /// <summary>No space, or quota exceeded.</summary>
    NoSpace,

    /// <summary>The file system is read-only, or this process may not write there.</summary>
    NotWritable,

    /// <summary>A write made no progress and gave no reason.</summary>
    ShortWrite,

    /// <summary>The process or the system has no file descriptor left.</summary>
    TooManyFiles,

    /// <summary>The file or folder is not there; what the process has open of it may live on without a name.</summary>
    Missing,

    /// <summary>The path is too long for the file system, or leads in a circle.</summary>
    BadPath,

    /// <summary>An earlier failure poisoned the shard; it stays so until it is reopened.</summary>
    Poisoned,

    /// <summary>Memory for unflushed records is used up: the disk does not keep pace.</summary>
    Overloaded,

    /// <summary>The log was closed.</summary>
    Closed,
}

/// <summary>An operation of the storage did not succeed. Nothing that was in flight may be assumed durable.</summary>
public sealed class StorageFailedException : StorageException
{
    /// <summary><see cref="Operation"/> of a failed sync of a file, and of a folder.</summary>
    public const string SyncOperation = "sync";
    public const string SyncFolderOperation = "sync folder";

    public StorageFailedException(StorageFailure failure, string operation, string path, int errno = 0, Exception? inner = null)
        : base(Describe(failure, operation, path, errno, inner), inner)
    {
        Failure = failure;
        Operation = operation;
        Path = path;
        Errno = errno;
    }

    public StorageFailure Failure { get; }

    public string Operation { get; }

    public string Path { get; }

    /// <summary>The system's error number, 0 if there is none.</summary>
    public int Errno { get; }

    /// <summary>
    /// What was to be done was refused for a cause that may pass (full disk, quota, read-only file system, no descriptors): it may be tried
    /// again. Never after a sync, for that may have thrown away what was written before.
    /// </summary>
    public bool MayPass => Failure is StorageFailure.NoSpace or StorageFailure.NotWritable or StorageFailure.TooManyFiles
        && Operation is not (SyncOperation or SyncFolderOperation);

    private static string Describe(StorageFailure failure, string operation, string path, int errno, Exception? inner)
    {
        var cause = failure switch
        {
            StorageFailure.NoSpace => "no space left",
            StorageFailure.NotWritable => "not writable",
            StorageFailure.ShortWrite => "short write",
            StorageFailure.TooManyFiles => "no file descriptor left",
            StorageFailure.Missing => "it is not there",
            StorageFailure.BadPath => "the path is not possible",
            StorageFailure.Poisoned => "refused since an earlier failure, until it is reopened",
            StorageFailure.Overloaded => "too many bytes wait for the disk",
            StorageFailure.Closed => "closed",
            _ => "input/output error",
        };
        var number = errno == 0 ? "" : $" (errno {errno}, {Marshal.GetPInvokeErrorMessage(errno)})";
        return inner is null ? $"{operation} {path}: {cause}{number}" : $"{operation} {path}: {cause}{number}: {inner.Message}";
    }
}
