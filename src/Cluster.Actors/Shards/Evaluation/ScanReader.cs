using System.Buffers.Binary;
using Cluster.Storage;
using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

/// <summary>
/// Carries out one <see cref="CommandKind.Scan"/> on the committed keys of a shard. The names of keys are read where the values are, so it blocks.
/// Command value: `u32 position, i32 epoch, i32 count, pattern`; an empty pattern matches all. Reply: a bulk of `u32 position (0: the shard is done),
/// i32 epoch`, then per key `i32 length, key`. Little-endian.
/// </summary>
internal static class ScanReader
{
    public const int ArgumentBytes = 12;

    /// <summary>Bytes of names after which a reply ends.</summary>
    private const int ReplyBytesAim = 1 << 20;

    /// <summary>Keys that are looked at in one reply, whatever COUNT says.</summary>
    private const int CountMax = 10_000;

    private const int StepKeys = 64;

    /// <summary>Looks at one step whose keys are moved away by merges under the scan's eyes.</summary>
    private const int StepAttemptsMax = 32;

    /// <param name="now">Keys whose time is over then are not told, µs since 1970.</param>
    public static void Answer(ShardStore store, CommandBatch batch, int index, long now)
    {
        var arguments = batch.Value(index);
        int epoch = (int)(store.ScanEpoch & ScanCursor.EpochMask);
        ulong position = BinaryPrimitives.ReadInt32LittleEndian(arguments[4..]) == epoch ? (ulong)BinaryPrimitives.ReadUInt32LittleEndian(arguments) << 32 : 0;
        int count = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(arguments[8..]), 1, CountMax);
        var pattern = arguments[ArgumentBytes..];

        var reply = new PooledBytes();
        var found = new List<ValueLocation>();
        byte[] name = new byte[256];
        reply.Reserve(8);
        int seen = 0;
        do
        {
            int written = reply.Length;
            int attempts = 0;
            ulong next;
            while (true)
            {
                found.Clear();
                next = store.ScanCommitted(position, Math.Min(StepKeys, count - seen), found);
                if (TryAppend(store, found, pattern, now, ref name, reply)) break;
                reply.Truncate(written);
                if (++attempts < StepAttemptsMax) continue;
                batch.SetError(index, ShardErrors.ReadersBusy);
                reply.Reset();
                return;
            }

            seen += found.Count;
            position = next;
        }
        while (position != 0 && seen < count && reply.Length < ReplyBytesAim);

        var header = reply.Range(0, 8);
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(position >> 32));
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], epoch);
        batch.SetBulk(index, reply.Written);
        reply.Reset();
    }

    /// <summary>False if a key's bytes are gone from where the scan found them: it lies elsewhere by now, or is deleted.</summary>
    private static bool TryAppend(ShardStore store, List<ValueLocation> found, ReadOnlySpan<byte> pattern, long now, ref byte[] name, PooledBytes reply)
    {
        foreach (var location in found)
        {
            var outcome = store.ReadKey(location, name, out int length, now);
            if (outcome != ValueReadOutcome.Gone && length > name.Length)
            {
                name = new byte[length];
                outcome = store.ReadKey(location, name, out length, now);
            }

            if (outcome == ValueReadOutcome.Gone) return false;
            if (outcome != ValueReadOutcome.Copied) continue;
            var key = name.AsSpan(0, length);
            if (!pattern.IsEmpty && !GlobPattern.Matches(pattern, key)) continue;
            BinaryPrimitives.WriteInt32LittleEndian(reply.Reserve(sizeof(int)), length);
            reply.Append(key);
        }

        return true;
    }
}
