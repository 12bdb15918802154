namespace Cluster.Storage.Sessions;

/// <summary>
/// Which write of a session a record is to be, and what that write is answered: bytes that storage does not read. Several records of one sequence are
/// answered by all their replies, one behind the other. Absent unless its stamp is present.
/// </summary>
public readonly ref struct SessionWrite(SessionStamp stamp, ReadOnlySpan<byte> reply)
{
    public SessionStamp Stamp { get; } = stamp;

    public bool IsPresent => Stamp.IsPresent;

    /// <summary>False: the reply is too long to be kept.</summary>
    public bool IsKept { get; } = reply.Length <= SessionLimits.ReplyBytesMax;

    /// <summary>Empty if it is not kept.</summary>
    public ReadOnlySpan<byte> Reply { get; } = reply.Length <= SessionLimits.ReplyBytesMax ? reply : default;
}
