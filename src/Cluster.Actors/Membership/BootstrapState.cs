using System.Collections.Immutable;
using Cluster.Actors.Topology;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Membership;

/// <summary>
/// What a node must not forget about the birth of its cluster. Stored whole and atomically before anything that depends on
/// it is said.
/// </summary>
/// <param name="Stored">The proposal that this node has confirmed and that is not known to be committed or dead.</param>
/// <param name="Refused">Proposals that this node has promised never to confirm or commit.</param>
/// <param name="Committed">The newest topology; its cluster id is the node's.</param>
public sealed record BootstrapState(Proposal? Stored, ImmutableArray<Guid> Refused, TopologyContent? Committed)
{
    public static readonly BootstrapState Empty = new(null, [], null);

    public byte[] Encode()
    {
        using var to = new WireWriter();
        to.Bool(Stored is not null);
        Stored?.Write(to);
        to.Guids(Refused);
        to.Bool(Committed is not null);
        Committed?.Write(to);
        return to.ToArray();
    }

    public static BootstrapState Decode(ReadOnlyMemory<byte> bytes)
    {
        var from = new WireReader(bytes);
        var stored = from.Bool() ? Proposal.Read(ref from) : null;
        var refused = from.Guids();
        var committed = from.Bool() ? TopologyContent.Read(ref from) : null;
        from.End();
        return new BootstrapState(stored, refused, committed);
    }
}

/// <summary>Durable home of the state. Save returns when the new state will survive a power failure; it throws otherwise.</summary>
public interface IBootstrapStore
{
    BootstrapState Load();

    void Save(BootstrapState state);
}
