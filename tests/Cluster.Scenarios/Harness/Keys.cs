using System.Text;

namespace Cluster.Scenarios.Harness;

/// <summary>Which shard a key belongs to: Redis's hash slots, in equal ranges. Values follow from keys, so that nobody has to remember them.</summary>
internal static class Keys
{
    private const int HashSlots = 16_384;
    private const int ValueLengthMax = 600;

    /// <summary>A hash tag that puts every key that has it into this shard.</summary>
    public static string TagOf(int shard, int shards)
    {
        for (int i = 0; ; i++)
        {
            string tag = $"{{t{i}}}";
            if (ShardOf(tag, shards) == shard) return tag;
        }
    }

    public static int ShardOf(string key, int shards) => HashSlotOf(key) * shards / HashSlots;

    /// <summary>Any bytes, as long as a few records of a segment page or as short as nothing.</summary>
    public static string ValueOf(string key)
    {
        var random = new Random(HashSlotOf(key) + key.Length);
        var value = new StringBuilder(key).Append('=');
        for (int i = random.Next(ValueLengthMax); i > 0; i--) value.Append((char)random.Next(256));
        return value.ToString();
    }

    private static int HashSlotOf(string key)
    {
        int open = key.IndexOf('{'), close = open < 0 ? -1 : key.IndexOf('}', open + 1);
        if (close > open + 1) key = key[(open + 1)..close];
        int crc = 0;
        foreach (char c in key)
        {
            crc ^= c << 8;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
        }

        return (crc & 0xFFFF) % HashSlots;
    }
}
