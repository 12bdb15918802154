using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Cluster.Storage.State;

/// <summary>What the node file says (docs/formats/node-state.md): identity, and per shard the replica's promises and the mark of a failed sync.</summary>
internal sealed class NodeStateContent
{
    public const int HeadBytes = 40;
    public const int EntryBytes = 48;

    private const byte VotedFlag = 1;
    private const byte PoisonedFlag = 2;
    private const byte StateFlag = 4;

    public Guid NodeId { get; init; }

    public Guid ClusterId { get; set; }

    public SortedDictionary<int, Entry> Shards { get; } = [];

    /// <summary>State is null for a shard that only has a mark.</summary>
    internal readonly record struct Entry(ShardReplicaState? State, bool Poisoned);

    public NodeStateContent Clone()
    {
        var copy = new NodeStateContent { NodeId = NodeId, ClusterId = ClusterId };
        foreach (var (shard, entry) in Shards)
            copy.Shards.Add(shard, entry);
        return copy;
    }

    public byte[] Encode()
    {
        var bytes = new byte[HeadBytes + (Shards.Count * EntryBytes)];
        MemoryMarshal.Write(bytes, NodeId);
        MemoryMarshal.Write(bytes.AsSpan(16), ClusterId);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(32), Shards.Count);
        var at = bytes.AsSpan(HeadBytes);
        foreach (var (shard, entry) in Shards)
        {
            var state = entry.State.GetValueOrDefault();
            BinaryPrimitives.WriteInt32LittleEndian(at, shard);
            at[4] = (byte)((state.VotedFor is null ? 0 : VotedFlag) | (entry.Poisoned ? PoisonedFlag : 0) | (entry.State is null ? 0 : StateFlag));
            BinaryPrimitives.WriteInt64LittleEndian(at[8..], state.Term.Value);
            BinaryPrimitives.WriteInt64LittleEndian(at[16..], state.Incarnation);
            MemoryMarshal.Write(at[24..], state.VotedFor.GetValueOrDefault());
            at = at[EntryBytes..];
        }

        return bytes;
    }

    public static NodeStateContent Decode(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes)
            throw new StateFileException(path, "it is too short");
        var result = new NodeStateContent { NodeId = MemoryMarshal.Read<Guid>(bytes), ClusterId = MemoryMarshal.Read<Guid>(bytes[16..]) };
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[32..]);
        if (count < 0 || bytes.Length != HeadBytes + ((long)count * EntryBytes) || result.NodeId == Guid.Empty)
            throw new StateFileException(path, "its fields do not fit together");
        for (var at = bytes[HeadBytes..]; at.Length > 0; at = at[EntryBytes..])
        {
            var shard = BinaryPrimitives.ReadInt32LittleEndian(at);
            var flags = at[4];
            ShardReplicaState? state = (flags & StateFlag) == 0
                ? null
                : new ShardReplicaState(
                    new Term(BinaryPrimitives.ReadInt64LittleEndian(at[8..])),
                    (flags & VotedFlag) == 0 ? null : MemoryMarshal.Read<Guid>(at[24..]),
                    BinaryPrimitives.ReadInt64LittleEndian(at[16..]));
            if (flags > 7 || !result.Shards.TryAdd(shard, new Entry(state, (flags & PoisonedFlag) != 0)))
                throw new StateFileException(path, $"its entry of shard {shard} is not valid");
        }

        return result;
    }
}
