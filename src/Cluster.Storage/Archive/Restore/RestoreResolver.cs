using Cluster.Storage.Archive.Age;
using Cluster.Storage.Archive.Chain;
using Cluster.Storage.Archive.Stores;
using Cluster.Storage.Archive.Verify;

namespace Cluster.Storage.Archive.Restore;

/// <summary>What side objects alone cannot tell: which record a moment is, and which moment a record. Reads the object per shard in which the answer lies, seldom one more.</summary>
public sealed class RestoreResolver(IObjectStore store, ArchiveRoot root, IReadOnlyList<AgeIdentity> identities, RetryPolicy retries)
{
    /// <summary>The plan with the last record of every shard.</summary>
    public async Task<RestorePlan> ResolveAsync(RestorePlan plan, CancellationToken cancellation = default)
    {
        var shards = new List<ShardRestorePlan>(plan.Shards.Count);
        foreach (var shard in plan.Shards)
            shards.Add(shard is { Through: null, Time: { } time } ? shard with { Through = await LastAsync(shard, time, cancellation).ConfigureAwait(false) } : shard);
        return plan with { Shards = shards };
    }

    /// <summary>The timestamp of a record, µs; null if no chain has it.</summary>
    public async Task<long?> TimeOfAsync(ShardChains shard, Lsn lsn, CancellationToken cancellation = default)
    {
        var plan = RestorePlanner.Plan([shard], RestoreTarget.OnlyRecord(shard.Shard, lsn));
        if (!plan.IsPossible)
            return null;
        if (plan.Shards[0].Steps.Count == 0)
            return plan.Shards[0].Start.StartTime;
        long? time = null;
        await ReadAsync(
            plan.Shards[0].Steps[^1],
            () => (in RecordView record) =>
            {
                if (record.Lsn == lsn)
                    time = record.Timestamp;
            },
            cancellation).ConfigureAwait(false);
        return time;
    }

    /// <summary>A step whose object begins before the moment may be used only from behind it on: then the answer lies in a step before.</summary>
    private async Task<Lsn> LastAsync(ShardRestorePlan shard, long time, CancellationToken cancellation)
    {
        for (var i = shard.Steps.Count - 1; i >= 0; i--)
        {
            var step = shard.Steps[i];
            var last = step.After;
            await ReadAsync(
                step,
                () =>
                {
                    last = step.After;
                    return (in RecordView record) =>
                    {
                        if (record.Lsn > last && record.Lsn <= step.Through && record.Timestamp <= time)
                            last = record.Lsn;
                    };
                },
                cancellation).ConfigureAwait(false);
            if (last > step.After)
                return last;
        }

        return shard.Start.StartMark.Lsn;
    }

    private Task ReadAsync(ChainStep step, Func<Layout.ArchivedRecordVisitor> begin, CancellationToken cancellation) =>
        RangeReader.ReadAsync(store, root, step.Object, step.Range, identities, retries, begin, cancellation);
}
