using System.Text.Json;

namespace Cluster.Storage.Archive.Layout;

/// <summary>Hash slots of a shard, both ends included.</summary>
public readonly record struct ArchivedHashSlots(int From, int To, int Shard);

/// <summary>
/// What a restore must know of the cluster beside its shards: how many there are, which hash slots each has, the settings. A new one is written when they
/// change; the highest sequence counts. (Sessions and replication slots lie in the shards' logs and snapshots.)
/// </summary>
public sealed record ArchiveInfo
{
    private const string Format = "cluster-archive-info";

    public required long Sequence { get; init; }

    public required Guid ClusterId { get; init; }

    public required long Generation { get; init; }

    /// <summary>Data shards; the meta shard is one more.</summary>
    public required int ShardCount { get; init; }

    public required long CreatedAt { get; init; }

    public required IReadOnlyList<ArchivedHashSlots> HashSlots { get; init; }

    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    public string Name => ArchiveNames.Info(Sequence);

    public byte[] Encode() => SealedJson.Seal(Format, writer =>
    {
        writer.WriteNumber("sequence", Sequence);
        writer.WriteString("cluster", ClusterId);
        writer.WriteNumber("generation", Generation);
        writer.WriteNumber("shards", ShardCount);
        writer.WriteNumber("createdAt", CreatedAt);
        writer.WriteStartArray("hashSlots");
        foreach (var slots in HashSlots)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(slots.From);
            writer.WriteNumberValue(slots.To);
            writer.WriteNumberValue(slots.Shard);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("settings");
        foreach (var (key, value) in Settings.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            writer.WriteString(key, value);
        writer.WriteEndObject();
    });

    public static ArchiveInfo Decode(ReadOnlySpan<byte> bytes, string name) => SealedJson.Open(bytes, Format, name, root =>
    {
        var slots = new List<ArchivedHashSlots>();
        foreach (var entry in root.GetProperty("hashSlots").EnumerateArray())
            slots.Add(entry.GetArrayLength() == 3 ? new ArchivedHashSlots(entry[0].GetInt32(), entry[1].GetInt32(), entry[2].GetInt32()) : throw new FormatException("a range of hash slots has three values"));
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in root.GetProperty("settings").EnumerateObject())
            settings[setting.Name] = setting.Value.GetString() ?? throw new FormatException("a setting is a text");
        var info = new ArchiveInfo
        {
            Sequence = root.GetProperty("sequence").GetInt64(),
            ClusterId = root.GetProperty("cluster").GetGuid(),
            Generation = root.GetProperty("generation").GetInt64(),
            ShardCount = root.GetProperty("shards").GetInt32(),
            CreatedAt = root.GetProperty("createdAt").GetInt64(),
            HashSlots = slots,
            Settings = settings,
        };
        return info.Name == name && info.ShardCount > 0 ? info : throw new ArchiveException(name, $"it says that it is {info.Name}: it was copied or renamed");
    });
}
