using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

// How far each policy is fulfilled (R10). Everything follows from what the members have acknowledged on this branch in this term, so it is
// asked for, not kept: see PolicyWaiters, which asks when ProgressVersion has changed.
public sealed partial class ReplicaCore
{
    /// <summary>More regions than this are not told apart.</summary>
    private const int RegionsMax = 64;

    private IReadOnlyDictionary<Guid, int> _regions = new Dictionary<Guid, int>();

    /// <summary>Grows whenever the answer of <see cref="ReachedBy"/> or <see cref="ShortageOf"/> may have changed.</summary>
    public long ProgressVersion { get; private set; }

    /// <summary>In which region each node is: numbers from 0; nodes that are not listed are in none.</summary>
    public void RegionsChanged(IReadOnlyDictionary<Guid, int> regions)
    {
        foreach (int region in regions.Values)
            Invariant.Check(region is >= 0 and < RegionsMax, "regions are numbered from 0 to 63");
        _regions = regions;
        foreach (MemberProgress member in _members)
            member.Region = RegionOf(member.Member.Node);
        ProgressVersion++;
    }

    /// <summary>At a leader: the highest LSN up to which records fulfil the policy. None if it does not lead, or nothing does.</summary>
    public Lsn ReachedBy(WritePolicy policy)
    {
        if (!IsLeading)
            return Lsn.None;
        switch (policy.Kind)
        {
            case CommitPolicy.Local:
                return _flushed;
            case CommitPolicy.AckN:
                Lsn others = DurableAtOthers(policy.Count);
                Lsn copies = _settings.Planted == PlantedBug.AckNWithoutOwnFlush ? others : Lsn.Min(_flushed, others);
                // While a change of members is not committed a majority of the old ones may elect, and it knows nothing of a voter that is new:
                // the copies that are counted need not meet it. Until then ack-n waits for the commit as well.
                return Configuration.Lsn > _commit ? Lsn.Min(copies, _commit) : copies;
            case CommitPolicy.All:
                return Lsn.Min(_commit, DurableAtAll());
            case CommitPolicy.Regions:
                return Lsn.Min(_commit, DurableInRegions(policy.Count));
            default:
                return _commit;
        }
    }

    /// <summary>Whether the newest configuration can fulfil the policy at all; if not, what is missing. Ask before appending.</summary>
    public PolicyShortage ShortageOf(WritePolicy policy)
    {
        int available = policy.Kind switch
        {
            CommitPolicy.AckN => Configuration.Voters.Length - (Configuration.IsVoter(_self) ? 1 : 0),
            CommitPolicy.Regions => RegionsOfVoters(),
            _ => int.MaxValue,
        };
        return available >= policy.Count ? PolicyShortage.None : new PolicyShortage(policy.Kind, policy.Count, available);
    }

    /// <summary>The LSN that <paramref name="count"/> voters beside this one have durable.</summary>
    private Lsn DurableAtOthers(int count)
    {
        Span<long> values = stackalloc long[64];
        int others = 0;
        foreach (MemberProgress member in _members)
        {
            if (member.IsVoter)
                Insert(values, others++, member.Durable.Value);
        }

        return count == 0 ? _last : count <= others ? new Lsn(values[count - 1]) : Lsn.None;
    }

    private Lsn DurableAtAll()
    {
        Lsn lowest = Configuration.IsVoter(_self, _incarnation) ? _flushed : _last;
        foreach (MemberProgress member in _members)
        {
            if (member.IsVoter)
                lowest = Lsn.Min(lowest, member.Durable);
        }

        return lowest;
    }

    /// <summary>The LSN that is durable at a voter in each of <paramref name="count"/> regions.</summary>
    private Lsn DurableInRegions(int count)
    {
        Span<long> best = stackalloc long[RegionsMax];
        best.Clear();
        int own = RegionOf(_self);
        if (own >= 0 && Configuration.IsVoter(_self, _incarnation))
            best[own] = _flushed.Value;
        foreach (MemberProgress member in _members)
        {
            if (member is { IsVoter: true, Region: >= 0 })
                best[member.Region] = Math.Max(best[member.Region], member.Durable.Value);
        }

        best.Sort();
        return count == 0 ? _last : count <= RegionsMax ? new Lsn(best[^count]) : Lsn.None;
    }

    private int RegionsOfVoters()
    {
        ulong seen = 0;
        foreach (Member voter in Configuration.Voters)
        {
            if (RegionOf(voter.Node) is >= 0 and var region)
                seen |= 1UL << region;
        }

        return System.Numerics.BitOperations.PopCount(seen);
    }

    private int RegionOf(Guid node) => _regions.TryGetValue(node, out int region) ? region : -1;

    /// <summary>Descending, by insertion: there are seven voters at most in practice.</summary>
    private static void Insert(Span<long> values, int count, long value)
    {
        int at = count;
        while (at > 0 && values[at - 1] < value)
        {
            values[at] = values[at - 1];
            at--;
        }

        values[at] = value;
    }
}
