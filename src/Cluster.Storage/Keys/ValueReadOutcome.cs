namespace Cluster.Storage.Keys;

public enum ValueReadOutcome
{
    /// <summary>The key is the one that was asked for; its value was copied.</summary>
    Copied,

    /// <summary>Not in the log's buffer any more: read it from disk, on a thread that may block.</summary>
    NotInMemory,

    /// <summary>Another key has the same hash: the key that was asked for has no value.</summary>
    AnotherKey,

    /// <summary>The value's time was over at the moment that was given.</summary>
    Expired,

    /// <summary>The location is gone: its record was cut or its segment released. Look the key up again.</summary>
    Gone,
}
