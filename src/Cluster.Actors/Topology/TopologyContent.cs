using System.Collections.Immutable;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Topology;

/// <summary>
/// What the meta shard holds: the payload of a Topology record, whole. Immutable; a change is a new content with the next
/// epoch. Leadership is not part of it: that is soft state of the shards.
/// Invariants:
/// I1 node ids are unique, and so are names.
/// I2 every placement and the meta voters name known nodes; a placement has at least one node.
/// I3 cluster id and shard count never change once committed.
/// </summary>
/// <param name="ClusterId">Never empty.</param>
/// <param name="Epoch">Counts the contents, from 1; a consumer refuses one that is not newer than its own.</param>
/// <param name="Replicas">The wish; a placement has min(replicas, nodes).</param>
/// <param name="MetaVoters">Replicas of the meta shard: 1, 3 or 5.</param>
/// <param name="Placements">By shard number: the nodes that hold a replica, first the preferred leader.</param>
public sealed record TopologyContent(
    Guid ClusterId,
    long Epoch,
    int Replicas,
    ImmutableArray<NodeEntry> Nodes,
    ImmutableArray<Guid> MetaVoters,
    ImmutableArray<ImmutableArray<Guid>> Placements)
{
    private const byte FormatVersion = 1;

    public int ShardCount => Placements.Length;

    /// <summary>The first topology of a cluster: replicas and preferred leaders spread evenly over the nodes, in the order of their ids.</summary>
    public static TopologyContent Initial(Guid clusterId, int shards, int replicas, IEnumerable<NodeEntry> nodes)
    {
        var ordered = nodes.OrderBy(n => n.Id).ToImmutableArray();
        int copies = Math.Min(replicas, ordered.Length);
        var placements = ImmutableArray.CreateBuilder<ImmutableArray<Guid>>(shards);
        for (int shard = 0; shard < shards; shard++)
        {
            var placement = ImmutableArray.CreateBuilder<Guid>(copies);
            for (int copy = 0; copy < copies; copy++) placement.Add(ordered[(shard + copy) % ordered.Length].Id);
            placements.Add(placement.MoveToImmutable());
        }

        int meta = ordered.Length >= 5 ? 5 : ordered.Length >= 3 ? 3 : 1;
        return new TopologyContent(clusterId, 1, replicas, ordered, [.. ordered.Take(meta).Select(n => n.Id)], placements.MoveToImmutable());
    }

    public NodeEntry? Find(Guid node)
    {
        foreach (var entry in Nodes)
            if (entry.Id == node) return entry;
        return null;
    }

    /// <summary>
    /// The content after a node announced itself, or null if nothing changes. A newcomer takes over the name of another
    /// entry: the caller has refused the announcement beforehand if that entry is of a live node (M2).
    /// </summary>
    public TopologyContent? WithAnnounced(NodeEntry announced)
    {
        var nodes = Nodes.ToBuilder();
        int at = -1;
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Id == announced.Id) at = i;
            else if (nodes[i].Name == announced.Name) nodes[i] = nodes[i].Displaced();
        }

        if (at >= 0 && nodes[at] == announced) return null;
        if (at >= 0) nodes[at] = announced;
        else nodes.Add(announced);
        return this with { Epoch = Epoch + 1, Nodes = nodes.ToImmutable() };
    }

    public byte[] Encode()
    {
        using var to = new WireWriter();
        Write(to);
        return to.ToArray();
    }

    public static TopologyContent Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var content = Read(ref reader);
        reader.End();
        return content;
    }

    internal void Write(WireWriter to)
    {
        to.U8(FormatVersion);
        to.Guid(ClusterId);
        to.I64(Epoch);
        to.I32(Replicas);
        to.I32(Nodes.Length);
        foreach (var node in Nodes) node.Write(to);
        to.Guids(MetaVoters);
        to.I32(Placements.Length);
        foreach (var placement in Placements) to.Guids(placement);
    }

    internal static TopologyContent Read(ref WireReader from)
    {
        byte version = from.U8();
        if (version != FormatVersion) throw new WireFormatException($"expected topology format {FormatVersion}, got {version}");
        var clusterId = from.Guid();
        long epoch = from.I64();
        int replicas = from.I32();
        var nodes = ImmutableArray.CreateBuilder<NodeEntry>(from.Count(16));
        for (int i = nodes.Capacity; i > 0; i--) nodes.Add(NodeEntry.Read(ref from));
        var meta = from.Guids();
        var placements = ImmutableArray.CreateBuilder<ImmutableArray<Guid>>(from.Count(4));
        for (int i = placements.Capacity; i > 0; i--) placements.Add(from.Guids());
        return new TopologyContent(clusterId, epoch, replicas, nodes.MoveToImmutable(), meta, placements.MoveToImmutable());
    }
}
