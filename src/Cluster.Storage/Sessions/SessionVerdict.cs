namespace Cluster.Storage.Sessions;

/// <summary>What a leader does with a write that carries a session.</summary>
public enum SessionVerdict : byte
{
    /// <summary>It is the session's next: append it.</summary>
    Append = 0,

    /// <summary>
    /// It was appended before, at the LSN given. Answer with the kept reply once that is committed (`ReplyDependency.Look(lsn)`); if the reply was too
    /// long to be kept, that it was applied is all that is known.
    /// </summary>
    Repeat = 1,

    /// <summary>It may have been applied and forgotten: answer "unknown", never append.</summary>
    Unknown = 2,

    /// <summary>An earlier one of the session is missing: refuse it with a definite error. Nothing is appended.</summary>
    Gap = 3,

    /// <summary>It left no record, and a later one of the session has: it changed nothing and never will.</summary>
    NothingWritten = 4,
}
