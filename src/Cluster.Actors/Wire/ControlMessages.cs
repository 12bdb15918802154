using System.Collections.Frozen;
using Cluster.Actors.Membership;
using Cluster.Actors.Peers;

namespace Cluster.Actors.Wire;

/// <summary>The one table of control messages: name on the wire, type, reader. Append only.</summary>
public static class ControlMessages
{
    public delegate IControlMessage Read(ref WireReader from);

    private static readonly (string Name, Type Type, Read Read)[] Table =
    [
        ("hello", typeof(Hello), Hello.Read),
        ("hello-accepted", typeof(HelloAccepted), HelloAccepted.Read),
        ("hello-refused", typeof(HelloRefused), HelloRefused.Read),
        ("contact", typeof(ContactInfo), ContactInfo.Read),
        ("propose", typeof(Propose), Propose.Read),
        ("proposal-confirmed", typeof(ProposalConfirmed), ProposalConfirmed.Read),
        ("proposal-conflict", typeof(ProposalConflict), ProposalConflict.Read),
        ("proposal-abandon", typeof(AbandonProposal), AbandonProposal.Read),
        ("proposal-refused", typeof(ProposalRefused), ProposalRefused.Read),
        ("topology-committed", typeof(TopologyCommitted), TopologyCommitted.Read),
        ("announce", typeof(Announce), Announce.Read),
        ("announce-refused", typeof(AnnounceRefused), AnnounceRefused.Read),
        ("topology-request", typeof(TopologyRequest), TopologyRequest.Read),
        ("grant-request", typeof(GrantRequest), GrantRequest.Read),
        ("grant-answer", typeof(GrantAnswer), GrantAnswer.Read),
    ];

    private static readonly FrozenDictionary<string, Read> ByName = Table.ToFrozenDictionary(x => x.Name, x => x.Read);
    private static readonly FrozenDictionary<Type, string> ByType = Table.ToFrozenDictionary(x => x.Type, x => x.Name);

    public static IEnumerable<Type> Types => ByType.Keys;

    public static string? NameOf(Type type) => ByType.GetValueOrDefault(type);

    public static Read? ReaderOf(string name) => ByName.GetValueOrDefault(name);
}
