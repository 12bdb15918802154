using Cluster.Actors.Shards.Core;
using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

// Commands that make a new value out of the old one. All keep the key's expiry.
internal sealed partial class CommandEvaluator
{
    private ReplyDependency Increment(CommandBatch batch, int index)
    {
        var key = batch.Key(index);
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        long old = 0;
        if (lookup.Found)
        {
            bool isShort = lookup.ValueLength(key.Length) <= StrictInteger.LengthMax;
            if (isShort && !TryReadValue(key, ref lookup)) return ReplyDependency.None;
            if (lookup.Found && !(isShort && StrictInteger.TryParse(_value.Written, out old)))
            {
                batch.SetDataError(index, "ERR value is not an integer or out of range"u8);
                return ReplyDependency.Look(lookup.PendingLsn);
            }
        }

        long by = NumberOf(batch, index);
        if (by < 0 ? old < long.MinValue - by : old > long.MaxValue - by)
        {
            batch.SetDataError(index, "ERR increment or decrement would overflow"u8);
            return ReplyDependency.Look(lookup.PendingLsn);
        }

        Span<byte> text = stackalloc byte[StrictInteger.LengthMax];
        int length = StrictInteger.Format(old + by, text);
        return PutAndCount(batch, index, lookup, text[..length], old + by);
    }

    private ReplyDependency Append(CommandBatch batch, int index)
    {
        var key = batch.Key(index);
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        var more = batch.Value(index);
        if (!lookup.Found) return PutAndCount(batch, index, lookup, more, more.Length);
        int length = lookup.ValueLength(key.Length);
        if (more.IsEmpty)
        {
            batch.SetInteger(index, length);
            return ReplyDependency.Look(lookup.PendingLsn);
        }

        if (IsTooLong(batch, index, (long)length + more.Length)) return ReplyDependency.Look(lookup.PendingLsn);
        if (!TryReadValue(key, ref lookup)) return ReplyDependency.None;
        _value.Append(more);
        return PutAndCount(batch, index, lookup, _value.Written, _value.Length);
    }

    private ReplyDependency SetRange(CommandBatch batch, int index)
    {
        var key = batch.Key(index);
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        var part = batch.Value(index)[sizeof(long)..];
        long offset = NumberOf(batch, index);
        if (part.IsEmpty)
        {
            batch.SetInteger(index, lookup.Found ? lookup.ValueLength(key.Length) : 0);
            return ReplyDependency.Look(lookup.PendingLsn);
        }

        if (offset < 0)
        {
            batch.SetError(index, "ERR offset is out of range"u8);
            return ReplyDependency.None;
        }

        if (IsTooLong(batch, index, offset > KeyOperationFormat.ValueBytesMax ? long.MaxValue : offset + part.Length)) return ReplyDependency.None;
        if (!lookup.Found) _value.Reset();
        else if (!TryReadValue(key, ref lookup)) return ReplyDependency.None;
        int missing = (int)offset + part.Length - _value.Length;
        if (missing > 0) _value.Reserve(missing).Clear();
        part.CopyTo(_value.Range((int)offset, part.Length));
        return PutAndCount(batch, index, lookup, _value.Written, _value.Length);
    }

    private ReplyDependency GetDelete(CommandBatch batch, int index)
    {
        var key = batch.Key(index);
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        if (lookup.Found && !TryReadValue(key, ref lookup)) return ReplyDependency.None;
        if (!lookup.Found)
        {
            batch.SetNil(index);
            return ReplyDependency.Look(lookup.PendingLsn);
        }

        AnswerOld(batch, index, hasOld: true);
        var result = Remove(batch, index);
        if (!Appended(batch, index, result)) return ReplyDependency.None;
        return ReplyDependency.Write(result.Lsn, lookup.PendingLsn, _policy);
    }

    private ReplyDependency PutAndCount(CommandBatch batch, int index, in KeyLookup lookup, ReadOnlySpan<byte> value, long reply)
    {
        batch.SetInteger(index, reply);
        var result = Put(batch, index, value, lookup.ExpiresAt);
        if (!Appended(batch, index, result)) return ReplyDependency.None;
        return ReplyDependency.Write(result.Lsn, lookup.PendingLsn, _policy);
    }

    private static bool IsTooLong(CommandBatch batch, int index, long length)
    {
        if (length <= KeyOperationFormat.ValueBytesMax) return false;
        batch.SetDataError(index, "ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8);
        return true;
    }
}
