using System.Collections.Immutable;
using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>A replica of a shard: the node and the incarnation of its data there. Only messages with exactly this incarnation count.</summary>
public readonly record struct Member(Guid Node, long Incarnation);

/// <summary>
/// Who replicates a shard. Decided by a record of the shard's own log (R9): it holds from its append on, not from its commit, and is
/// undone if the record is cut. <see cref="Lsn"/> is that record's position; none for the one that the shard was created with.
/// </summary>
public sealed class Configuration
{
    public Configuration(Lsn lsn, ImmutableArray<Member> voters, ImmutableArray<Member> learners)
    {
        Invariant.Check(!voters.IsDefaultOrEmpty, "a configuration has a voter");
        Lsn = lsn;
        Voters = voters;
        Learners = learners.IsDefault ? [] : learners;
        for (int i = 0; i < voters.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Invariant.Check(voters[i].Node != voters[j].Node, "a node is a voter once");
            foreach (Member learner in Learners)
                Invariant.Check(voters[i].Node != learner.Node, "a node is voter or learner");
        }
    }

    public Lsn Lsn { get; }

    public ImmutableArray<Member> Voters { get; }

    public ImmutableArray<Member> Learners { get; }

    /// <summary>Voters that make a majority.</summary>
    public int Majority => Voters.Length / 2 + 1;

    public bool IsVoter(Guid node) => IndexOf(Voters, node) >= 0;

    public bool IsVoter(Guid node, long incarnation)
    {
        int index = IndexOf(Voters, node);
        return index >= 0 && Voters[index].Incarnation == incarnation;
    }

    public bool TryFind(Guid node, out Member member)
    {
        int index = IndexOf(Voters, node);
        if (index >= 0)
        {
            member = Voters[index];
            return true;
        }

        index = IndexOf(Learners, node);
        member = index >= 0 ? Learners[index] : default;
        return index >= 0;
    }

    public Configuration At(Lsn lsn) => new(lsn, Voters, Learners);

    private static int IndexOf(ImmutableArray<Member> members, Guid node)
    {
        for (int i = 0; i < members.Length; i++)
        {
            if (members[i].Node == node)
                return i;
        }

        return -1;
    }
}
