namespace Cluster.Storage.Log;

public enum LogReadOutcome
{
    /// <summary>The slice holds at least one record.</summary>
    Records,

    /// <summary>Nothing has been appended after that position yet.</summary>
    AtEnd,

    /// <summary>The position is older than the buffer: read it from disk, on a thread that may block.</summary>
    NotInBuffer,

    /// <summary>The position is gone: its segment was released.</summary>
    Released,
}
