namespace Cluster.Storage.Archive.Stores;

public enum ObjectStoreProblem
{
    /// <summary>Time-out, refused or broken connection, a server's own error: trying again may help.</summary>
    Unavailable,

    NotFound,

    /// <summary>Unknown or wrong credentials, or not allowed to do this.</summary>
    Denied,

    /// <summary>This machine's clock or the server's is wrong: requests are not taken.</summary>
    Clock,

    /// <summary>The disk, the quota or the bucket is full.</summary>
    Full,

    /// <summary>What arrived, here or there, is not what was sent.</summary>
    Mismatch,

    /// <summary>The store lacks a protection that this needs.</summary>
    Unsupported,

    /// <summary>A name, a bucket, a folder or a setting that cannot be.</summary>
    Invalid,
}

/// <summary>An object store did not do what it was asked. The message names the operation and the object, never a secret.</summary>
public sealed class ObjectStoreException(ObjectStoreProblem problem, string operation, string name, string reason, Exception? inner = null)
    : StorageException($"{operation} {name}: {reason}", inner)
{
    public ObjectStoreProblem Problem { get; } = problem;

    public string Operation { get; } = operation;

    public string Name { get; } = name;

    /// <summary>Worth trying again at once or a little later. A full store, wrong credentials or a wrong clock last longer: whoever archives comes back to them by himself, with patience.</summary>
    public bool MayPass => Problem is ObjectStoreProblem.Unavailable or ObjectStoreProblem.Mismatch;
}
