namespace Cluster.Storage.Archive.Layout;

/// <summary>Up to where a shard was archived, as somebody who did it says: from then on for ever.</summary>
/// <param name="Shard">-1 is the meta shard.</param>
/// <param name="Lsn">The last record.</param>
/// <param name="Digest">After it.</param>
public readonly record struct ArchiveHead(int Shard, Lsn Lsn, ulong Digest);

/// <summary>
/// The one kind of object that is replaced: who archives for a node, and how far its shards are. A copy of the node's folder that runs elsewhere has the same node id and
/// another process id, so the lease tells them apart. Its heads make a missing end visible: without them an archive whose newest objects are gone looks whole.
/// </summary>
public sealed record ArchiveLeaseDocument
{
    private const string Format = "cluster-archive-lease";

    public required Guid Node { get; init; }

    /// <summary>Random per start of the process; zero: given up.</summary>
    public required Guid Process { get; init; }

    /// <summary>Grows with each renewal: two renewals never have the same bytes.</summary>
    public required long Renewal { get; init; }

    /// <summary>For how long it holds from its renewal on, measured by whoever looks at it on his own clock.</summary>
    public required long DurationMs { get; init; }

    /// <summary>µs since 1970, for people.</summary>
    public required long RenewedAt { get; init; }

    public required IReadOnlyList<ArchiveHead> Heads { get; init; }

    public string Name => ArchiveNames.Lease(Node);

    public byte[] Encode() => SealedJson.Seal(Format, writer =>
    {
        writer.WriteString("node", Node);
        writer.WriteString("process", Process);
        writer.WriteNumber("renewal", Renewal);
        writer.WriteNumber("durationMs", DurationMs);
        writer.WriteNumber("renewedAt", RenewedAt);
        writer.WriteStartArray("heads");
        foreach (var head in Heads)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(head.Shard);
            writer.WriteNumberValue(head.Lsn.Value);
            SealedJson.WriteDigest(writer, head.Digest);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    });

    public static ArchiveLeaseDocument Decode(ReadOnlySpan<byte> bytes, string name) => SealedJson.Open(bytes, Format, name, root =>
    {
        var heads = new List<ArchiveHead>();
        foreach (var entry in root.GetProperty("heads").EnumerateArray())
            heads.Add(entry.GetArrayLength() == 3 ? new ArchiveHead(entry[0].GetInt32(), new Lsn(entry[1].GetInt64()), SealedJson.ReadDigest(entry[2])) : throw new FormatException("a head has three values"));
        var lease = new ArchiveLeaseDocument
        {
            Node = root.GetProperty("node").GetGuid(),
            Process = root.GetProperty("process").GetGuid(),
            Renewal = root.GetProperty("renewal").GetInt64(),
            DurationMs = root.GetProperty("durationMs").GetInt64(),
            RenewedAt = root.GetProperty("renewedAt").GetInt64(),
            Heads = heads,
        };
        return lease.Name == name ? lease : throw new ArchiveException(name, $"it says that it is {lease.Name}: it was copied or renamed");
    });
}
