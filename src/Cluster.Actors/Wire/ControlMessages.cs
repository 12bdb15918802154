using System.Collections.Frozen;
using Cluster.Actors.Membership;
using Cluster.Actors.Peers;

namespace Cluster.Actors.Wire;

/// <summary>
/// The one table of control messages: name on the wire and type. Append only. A field may be added to a message if it has a
/// default: older nodes leave it out of what they read, and what older nodes send has the default.
/// </summary>
public static class ControlMessages
{
    private static readonly (string Name, Type Type)[] Table =
    [
        ("hello", typeof(Hello)),
        ("hello-accepted", typeof(HelloAccepted)),
        ("hello-refused", typeof(HelloRefused)),
        ("contact", typeof(ContactInfo)),
        ("propose", typeof(Propose)),
        ("proposal-confirmed", typeof(ProposalConfirmed)),
        ("proposal-conflict", typeof(ProposalConflict)),
        ("proposal-abandon", typeof(AbandonProposal)),
        ("proposal-refused", typeof(ProposalRefused)),
        ("topology-committed", typeof(TopologyCommitted)),
        ("announce", typeof(Announce)),
        ("announce-refused", typeof(AnnounceRefused)),
        ("topology-request", typeof(TopologyRequest)),
        ("grant-request", typeof(GrantRequest)),
        ("grant-answer", typeof(GrantAnswer)),
    ];

    private static readonly FrozenDictionary<string, RecordShape> ByName = Table.ToFrozenDictionary(x => x.Name, x => RecordShape.Of(x.Type));
    private static readonly FrozenDictionary<Type, string> ByType = Table.ToFrozenDictionary(x => x.Type, x => x.Name);

    public static IEnumerable<Type> Types => ByType.Keys;

    public static string? NameOf(Type type) => ByType.GetValueOrDefault(type);

    internal static RecordShape? ShapeOf(string name) => ByName.GetValueOrDefault(name);
}
