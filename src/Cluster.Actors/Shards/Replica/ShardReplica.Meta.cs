using Akka.Actor;
using Cluster.Actors.Topology;

namespace Cluster.Actors.Shards;

internal sealed partial class ShardReplica
{
    private readonly MetaDesk? _meta;

    public void Propose(ProposeTopology proposal, IActorRef from)
    {
        long now = _clock.Now;
        GoOn(now);
        if (_meta is null || Fenced is not null) from.Tell(new TopologyProposed(TopologyProposal.NotLeader, Storage.Lsn.None, proposal.Tag));
        else _burst |= _meta.Propose(proposal, from, now);
        FlushBurst(now);
        Settle(now);
    }

    public void Confirm(ConfirmMetaLeadership question, IActorRef from)
    {
        long now = _clock.Now;
        FlushBurst(now);
        GoOn(now);
        if (_meta is null) from.Tell(new MetaLeadership(Confirmed: false, question.Tag));
        else _meta.Confirm(question, from, now);
        Settle(now);
    }
}
