using System.Collections.Immutable;
using Cluster.Storage;

namespace Cluster.Actors.Shards.Core;

/// <summary>
/// A replica of a shard: the node and the incarnation of its data there, 1 or more. Only messages with exactly this incarnation count.
/// </summary>
public readonly record struct Member(Guid Node, long Incarnation);

/// <summary>
/// Who replicates a shard. Decided by a record of the shard's own log (R9): it holds from its append on, not from its commit, and is
/// undone if the record is cut. <see cref="Lsn"/> is that record's position; none for the one that the shard was created with.
/// </summary>
public sealed class Configuration
{
    /// <param name="lsn">The record that holds it.</param>
    /// <param name="voters">At least one.</param>
    /// <param name="learners">Those to be promoted first.</param>
    /// <param name="promoting">How many learners at the front are to become voters.</param>
    /// <param name="lastIncarnation">Highest ever given out; raised to the members' highest.</param>
    public Configuration(Lsn lsn, ImmutableArray<Member> voters, ImmutableArray<Member> learners, int promoting = 0, long lastIncarnation = 0)
    {
        Invariant.Check(!voters.IsDefaultOrEmpty, "a configuration has a voter");
        Lsn = lsn;
        Voters = voters;
        Learners = learners.IsDefault ? [] : learners;
        Invariant.Check(promoting >= 0 && promoting <= Learners.Length, "only learners are promoted");
        Promoting = promoting;
        LastIncarnation = lastIncarnation;
        foreach (Member member in voters.AddRange(Learners))
            LastIncarnation = Math.Max(LastIncarnation, member.Incarnation);
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

    /// <summary>This many learners, at the front, become voters as soon as they have caught up.</summary>
    public int Promoting { get; }

    /// <summary>Highest incarnation that this shard has ever given to a member: the next gets a higher one, also one that was removed before.</summary>
    public long LastIncarnation { get; }

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

    public Configuration At(Lsn lsn) => new(lsn, Voters, Learners, Promoting, LastIncarnation);

    /// <summary>With <paramref name="node"/>, which is no member, as a learner in an incarnation of its own.</summary>
    public Configuration WithLearner(Guid node, bool promote)
    {
        var learner = new Member(node, LastIncarnation + 1);
        return promote
            ? new Configuration(Lsn.None, Voters, Learners.Insert(0, learner), Promoting + 1, LastIncarnation)
            : new Configuration(Lsn.None, Voters, Learners.Add(learner), Promoting, LastIncarnation);
    }

    /// <summary>With the learner marked as one that is to become a voter.</summary>
    public Configuration WithPromise(Guid node)
    {
        int index = IndexOf(Learners, node);
        return new Configuration(Lsn.None, Voters, Learners.RemoveAt(index).Insert(0, Learners[index]), Promoting + 1, LastIncarnation);
    }

    /// <summary>With the learner as a voter.</summary>
    public Configuration WithVoter(Guid node)
    {
        int index = IndexOf(Learners, node);
        return new Configuration(Lsn.None, Voters.Add(Learners[index]), Learners.RemoveAt(index), Promoting - (index < Promoting ? 1 : 0), LastIncarnation);
    }

    public Configuration Without(Guid node)
    {
        int index = IndexOf(Learners, node);
        return index < 0
            ? new Configuration(Lsn.None, Voters.RemoveAt(IndexOf(Voters, node)), Learners, Promoting, LastIncarnation)
            : new Configuration(Lsn.None, Voters, Learners.RemoveAt(index), Promoting - (index < Promoting ? 1 : 0), LastIncarnation);
    }

    /// <summary>With the member, whose data may have lost what it acknowledged, as a learner in a new incarnation; a voter is promoted again.</summary>
    public Configuration WithRenewed(Guid node)
    {
        int index = IndexOf(Learners, node);
        return Without(node).WithLearner(node, promote: index < 0 || index < Promoting);
    }

    public bool IsPromoting(Guid node) => IndexOf(Learners, node) is >= 0 and var index && index < Promoting;

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
