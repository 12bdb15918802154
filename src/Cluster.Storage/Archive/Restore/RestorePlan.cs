using Cluster.Storage.Archive.Chain;

namespace Cluster.Storage.Archive.Restore;

public enum RestoreObstacle
{
    /// <summary>The shard has nothing to start from.</summary>
    NoStart,

    /// <summary>Before the first moment, or the first record, that can be restored.</summary>
    TooEarly,

    /// <summary>Behind the last that is archived.</summary>
    TooLate,

    /// <summary>In a hole.</summary>
    InHole,

    /// <summary>Two objects contradict each other before the target: which one is right cannot be told.</summary>
    Forked,
}

/// <summary>Why a shard cannot be restored to the target.</summary>
/// <param name="Kind">What stands in the way.</param>
/// <param name="Shard">-1 is the meta shard.</param>
/// <param name="Text">Whole sentence with the range that is possible.</param>
/// <param name="Hole">If it is one.</param>
public sealed record RestoreProblem(RestoreObstacle Kind, int Shard, string Text, ArchiveHole? Hole = null);

/// <summary>What to read for one shard.</summary>
/// <param name="Shard">-1 is the meta shard.</param>
/// <param name="Start">The snapshot's chain or that from the first record.</param>
/// <param name="Steps">Of it, in their order; the last one may hold more than is wanted.</param>
/// <param name="Through">The last record that is wanted; null: it lies in the last step and is found by reading it for <paramref name="Time"/>.</param>
/// <param name="Time">Records behind this moment are not wanted, µs; null: by <paramref name="Through"/> alone.</param>
public sealed record ShardRestorePlan(int Shard, ArchiveChain Start, IReadOnlyList<ChainStep> Steps, Lsn? Through, long? Time)
{
    /// <summary>As stored, to be read.</summary>
    public long StoredBytes
    {
        get
        {
            var bytes = Start.Start?.StoredBytes ?? 0;
            foreach (var step in Steps)
                bytes += step.Object.StoredBytes;
            return bytes;
        }
    }
}

/// <summary>Moments that all shards can be restored to.</summary>
/// <param name="From">µs; all of the shards have a state for it.</param>
/// <param name="Through">µs; all of the shards are complete up to it.</param>
public readonly record struct RestoreRange(long From, long Through)
{
    public bool IsEmpty => Through < From;
}

/// <param name="Shards">What to read; only those that can be restored.</param>
/// <param name="Problems">Empty: it can be done.</param>
/// <param name="Holes">Of all shards, whether they matter for the target or not: people want to know.</param>
/// <param name="Possible">Times that can be asked for; null if some shard has nothing at all.</param>
public sealed record RestorePlan(IReadOnlyList<ShardRestorePlan> Shards, IReadOnlyList<RestoreProblem> Problems, IReadOnlyList<ArchiveHole> Holes, RestoreRange? Possible)
{
    public bool IsPossible => Problems.Count == 0;

    public long StoredBytes
    {
        get
        {
            // A tail that several shards use is read once.
            var read = new HashSet<string>(StringComparer.Ordinal);
            long bytes = 0;
            foreach (var shard in Shards)
            {
                if (shard.Start.Start is { } snapshot && read.Add(snapshot.Name))
                    bytes += snapshot.StoredBytes;
                foreach (var step in shard.Steps)
                    bytes += read.Add(step.Object.Name) ? step.Object.StoredBytes : 0;
            }

            return bytes;
        }
    }
}
