namespace Cluster.Storage.Sessions;

/// <summary>
/// Bounds of a shard's session table. They decide about replicated state, so all replicas of a shard need the same: they are part of the
/// format, not settings.
/// </summary>
public static class SessionLimits
{
    /// <summary>Sequences per session whose replies are kept; also what a forwarder may have unanswered per session and shard.</summary>
    public const int Window = 64;

    /// <summary>A longer reply of one record is not kept: a retry of its write learns that it was applied, not with what result.</summary>
    public const int ReplyBytesMax = 256;

    /// <summary>The same for all replies of one sequence together.</summary>
    public const int SequenceBytesMax = 2048;

    /// <summary>A session that has written nothing for this long of replicated log time is evicted, µs.</summary>
    public const long IdleMicros = 600_000_000;

    /// <summary>Bytes that the table may count; beyond, the session that wrote longest ago goes first.</summary>
    public const long BytesMax = 32L << 20;

    /// <summary>What a session counts besides its replies, and each kept sequence.</summary>
    public const int SessionBytes = 160;
    public const int EntryBytes = 16;
}
