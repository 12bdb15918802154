using Cluster.Storage.Archive.Layout;

namespace Cluster.Storage.Archive.Chain;

/// <summary>What the objects of one shard add up to (<see cref="ChainBuilder"/>).</summary>
/// <param name="Shard">-1 is the meta shard.</param>
/// <param name="Chains">One from every start, the longest from there; by start, ascending.</param>
/// <param name="Holes">Ascending.</param>
/// <param name="Forks">Where two objects contradict each other.</param>
/// <param name="Unreached">Objects none of whose records any chain can use, for no start leads to them: what lies before the oldest snapshot, or behind a hole.</param>
public sealed record ShardChains(
    int Shard,
    IReadOnlyList<ArchiveChain> Chains,
    IReadOnlyList<ArchiveHole> Holes,
    IReadOnlyList<ArchiveFork> Forks,
    IReadOnlyList<ArchiveObject> Unreached)
{
    /// <summary>The chain that goes furthest; of several the one that begins last, for it reads least. Null if there is none.</summary>
    public ArchiveChain? Newest
    {
        get
        {
            ArchiveChain? newest = null;
            foreach (var chain in Chains)
            {
                if (newest is null || chain.End >= newest.End)
                    newest = chain;
            }

            return newest;
        }
    }
}
