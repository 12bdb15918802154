namespace Cluster.Storage;

/// <summary>Everything that Storage throws on purpose. The message names the file and what to do.</summary>
public abstract class StorageException : Exception
{
    protected StorageException(string message)
        : base(message)
    {
    }

    protected StorageException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
