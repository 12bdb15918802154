using Cluster.Actors.Shards.Core;
using Cluster.Storage;

namespace Cluster.Simulation.CoreTests;

/// <summary>What the other replicas would say to a replica under test, in its own term.</summary>
internal static class TestMessages
{
    public static Ack Ack(this TestReplica to, long durable, long echo = 0, long incarnation = 1) => new()
    {
        Term = to.Core.Term,
        Incarnation = incarnation,
        Durable = new Lsn(durable),
        DurableTerm = durable == 0 ? Term.None : to.Core.LastTerm,
        Echo = echo,
    };

    public static Pull Pull(this TestReplica to, long number, long after, long echo = 0, long incarnation = 1) => new()
    {
        Number = number,
        Term = to.Core.Term,
        Incarnation = incarnation,
        After = new Lsn(after),
        AfterTerm = after == 0 ? Term.None : to.Core.LastTerm,
        MaxBytes = 1 << 16,
        WaitMicros = 300_000,
        Echo = echo,
    };

    public static LeaderNotice Notice(long term, long sentAt = 1) => new() { Term = new Term(term), SentAt = sentAt };

    public static VoteRequest VoteRequest(long term, long lastLsn = 0, long lastTerm = 0, bool preVote = false, long transferFrom = 0) => new()
    {
        PreVote = preVote,
        Term = new Term(term),
        Incarnation = 1,
        Round = 1,
        LastLsn = new Lsn(lastLsn),
        LastTerm = new Term(lastTerm),
        TransferFrom = new Term(transferFrom),
    };

    /// <summary>A leader whose no-op, flushed here and at all other voters, is committed; nothing was echoed yet.</summary>
    public static TestReplica Lead(this TestReplica replica)
    {
        replica.Elect();
        replica.Do(core => core.FlushedThrough(core.Last, replica.Now));
        return replica.AckAll();
    }

    /// <summary>The same, and all other voters have returned a stamp of now.</summary>
    public static TestReplica LeadHeard(this TestReplica replica)
    {
        replica.Lead();
        return replica.AckAllVoters(replica.StampTo(replica.Core.Configuration.Voters[^1].Node));
    }

    /// <summary>All other members have everything durable. With an echo they return that stamp.</summary>
    public static TestReplica AckAll(this TestReplica leader, long echo = 0) => leader.Do(core =>
    {
        foreach (Member member in core.Configuration.Voters.AddRange(core.Configuration.Learners))
        {
            if (member.Node != leader.Node)
                core.Receive(member.Node, leader.Ack(core.Last.Value, echo, member.Incarnation), leader.Now);
        }
    });

    public static TestReplica AckAllBut(this TestReplica leader, Guid silent, long echo = 0) => leader.Do(core =>
    {
        foreach (Member member in core.Configuration.Voters)
        {
            if (member.Node != leader.Node && member.Node != silent)
                core.Receive(member.Node, leader.Ack(core.Last.Value, echo, member.Incarnation), leader.Now);
        }
    });

    public static TestReplica AckAllVoters(this TestReplica leader, long echo = 0) => leader.AckAllBut(Guid.Empty, echo);

    /// <summary>Sends something to <paramref name="member"/> and returns its stamp.</summary>
    public static long StampTo(this TestReplica leader, Guid member)
    {
        leader.Do(core => core.LinkRestored(member, leader.Now));
        return leader.Last(EffectKind.SendLeaderNotice).LeaderNotice.SentAt;
    }

    /// <summary>Appends clients' records.</summary>
    public static TestReplica Append(this TestReplica leader, int count) => leader.Do(core => core.LeaderAppended(core.Last + count, leader.Now));
}
