namespace Cluster.Node.Resp;

/// <summary>
/// A key's bucket, 0 to 16383, exactly as Redis has it: CRC16/XMODEM of the key, or of the text between the first '{' and the
/// first '}' after it if that text is not empty. Slots map to shards in equal ranges.
/// </summary>
public static class HashSlot
{
    public const int Count = 16384;

    private static readonly ushort[] Table = BuildTable();

    public static int Of(ReadOnlySpan<byte> key)
    {
        int open = key.IndexOf((byte)'{');
        if (open >= 0)
        {
            int length = key[(open + 1)..].IndexOf((byte)'}');
            if (length > 0) key = key.Slice(open + 1, length);
        }

        return Crc16(key) & (Count - 1);
    }

    /// <summary>The shard whose range holds the slot.</summary>
    public static int ToShard(int slot, int shards) => (int)((long)slot * shards / Count);

    /// <summary>The first slot of a shard's range; that of shard number <paramref name="shards"/> is 16384.</summary>
    public static int FirstOf(int shard, int shards) => (int)(((long)shard * Count + shards - 1) / shards);

    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        ushort[] table = Table;
        int crc = 0;
        foreach (byte b in bytes) crc = ((crc << 8) ^ table[((crc >> 8) ^ b) & 0xFF]) & 0xFFFF;
        return (ushort)crc;
    }

    private static ushort[] BuildTable()
    {
        const int polynomial = 0x1021;
        var table = new ushort[256];
        for (int i = 0; i < table.Length; i++)
        {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ polynomial : crc << 1;
            table[i] = (ushort)crc;
        }

        return table;
    }
}
