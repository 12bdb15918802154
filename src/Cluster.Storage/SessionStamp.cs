namespace Cluster.Storage;

/// <summary>Which client session wrote a record, and as which of its writes. Absent unless <see cref="IsPresent"/>.</summary>
public readonly record struct SessionStamp(Guid Id, long Sequence)
{
    public static readonly SessionStamp None;

    public bool IsPresent => Id != Guid.Empty;
}
