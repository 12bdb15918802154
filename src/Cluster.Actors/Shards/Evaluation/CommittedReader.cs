using System.Buffers.Binary;
using Cluster.Storage;
using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

/// <summary>Reads values, and answers READONLY batches from the committed state of the replica on this node.</summary>
internal static class CommittedReader
{
    /// <summary>The value, or the part of it that was asked for. False if it has to be read from disk; the command has no reply then.</summary>
    public static bool TryCopyFromMemory(ShardStore store, CommandBatch batch, int index, ValueLocation location)
    {
        var to = Reserve(batch, index, location, out int offset);
        var key = batch.Key(index);
        var outcome = batch[index].Kind == CommandKind.GetRange
            ? store.ReadRangeFromMemory(location, key, offset, to, out _)
            : store.ReadFromMemory(location, key, to);
        return Finish(batch, index, outcome);
    }

    /// <summary>Blocks. False if the value's place is gone: look the key up again.</summary>
    public static bool CopyFromDisk(ShardStore store, CommandBatch batch, in ColdValue cold)
    {
        var (index, location, now) = cold;
        if (batch[index].Kind == CommandKind.Scan)
        {
            ScanReader.Answer(store, batch, index, now);
            return true;
        }

        var to = Reserve(batch, index, location, out int offset);
        var key = batch.Key(index);
        var outcome = batch[index].Kind == CommandKind.GetRange
            ? store.ReadRangeFromDisk(location, key, offset, to, out _)
            : store.ReadFromDisk(location, key, to);
        return Finish(batch, index, outcome);
    }

    /// <summary>The reply of a read whose key has no value.</summary>
    public static void SetAbsent(CommandBatch batch, int index)
    {
        if (batch[index].Kind == CommandKind.GetRange) batch.SetBulk(index, default(ReadOnlySpan<byte>));
        else batch.SetNil(index);
    }

    /// <summary>
    /// Answers what memory can answer; the rest goes to <paramref name="cold"/>. Keys past their time at <paramref name="now"/> (µs since 1970) are hidden, not
    /// deleted: only their leader does that. They are counted until then. Writes do not belong here.
    /// </summary>
    public static void Evaluate(ShardStore store, CommandBatch batch, List<ColdValue> cold, long now)
    {
        cold.Clear();
        for (int i = 0; i < batch.Count; i++)
        {
            switch (batch[i].Kind)
            {
                case CommandKind.Get or CommandKind.GetRange:
                {
                    var lookup = store.FindCommitted(batch.Key(i));
                    if (!lookup.Found || lookup.IsExpired(now)) SetAbsent(batch, i);
                    else if (!TryCopyFromMemory(store, batch, i, lookup.Location)) cold.Add(new ColdValue(i, lookup.Location));
                    break;
                }

                case CommandKind.Exists:
                {
                    var lookup = store.FindCommitted(batch.Key(i));
                    batch.SetInteger(i, lookup.Found && !lookup.IsExpired(now) ? 1 : 0);
                    break;
                }

                case CommandKind.Length:
                {
                    var lookup = store.FindCommitted(batch.Key(i));
                    batch.SetInteger(i, lookup.Found && !lookup.IsExpired(now) ? lookup.ValueLength(batch[i].KeyLength) : 0);
                    break;
                }

                case CommandKind.TimeToLive:
                    batch.SetInteger(i, CommandEvaluator.TimeLeft(store.FindCommitted(batch.Key(i)), batch[i].Flags, now));
                    break;
                case CommandKind.Scan:
                    cold.Add(new ColdValue(i, default, now));
                    break;
                case CommandKind.Count:
                    batch.SetInteger(i, store.Count);
                    break;
                default:
                    batch.SetError(i, "READONLY this connection reads from replicas"u8);
                    break;
            }
        }
    }

    private static Span<byte> Reserve(CommandBatch batch, int index, ValueLocation location, out int offset)
    {
        // Another key of the same hash may give a length that makes no sense for this one.
        int length = Math.Max(0, location.ValueLength(batch[index].KeyLength));
        offset = 0;
        if (batch[index].Kind == CommandKind.GetRange) (offset, length) = RangeOf(batch.Value(index), length);
        return batch.SetBulk(index, length);
    }

    /// <summary>First and last byte as Redis counts them, negative from the end, within a value of that length.</summary>
    public static (int Offset, int Length) RangeOf(ReadOnlySpan<byte> arguments, int length)
    {
        long first = BinaryPrimitives.ReadInt64LittleEndian(arguments);
        long last = BinaryPrimitives.ReadInt64LittleEndian(arguments[sizeof(long)..]);
        if (first < 0 && last < 0 && first > last) return (0, 0);
        if (first < 0) first = Math.Max(0, first + length);
        if (last < 0) last = Math.Max(0, last + length);
        last = Math.Min(last, length - 1L);
        return first > last ? (0, 0) : ((int)first, (int)(last - first + 1));
    }

    private static bool Finish(CommandBatch batch, int index, ValueReadOutcome outcome)
    {
        switch (outcome)
        {
            case ValueReadOutcome.Copied:
                return true;
            case ValueReadOutcome.AnotherKey or ValueReadOutcome.Expired:
                batch.TakeBackBulk(index);
                SetAbsent(batch, index);
                return true;
            default:
                batch.TakeBackBulk(index);
                return false;
        }
    }
}
