namespace Cluster.Storage.Keys;

/// <summary>The newest committed records of one control kind at some moment, oldest first. Immutable.</summary>
internal sealed class ControlTail(ControlRecord[] records, bool complete)
{
    /// <summary>The newest one that is not above <paramref name="lsn"/>, or null. False: it is older than what is known here.</summary>
    public bool TryAt(Lsn lsn, out ControlRecord? record)
    {
        record = null;
        foreach (var candidate in records)
        {
            if (candidate.Lsn > lsn)
                break;
            record = candidate;
        }

        return record is not null || complete;
    }
}
