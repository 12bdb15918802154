using System.Buffers.Binary;
using Cluster.Actors.Shards.Core;
using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

// Commands on when a key expires. The time is part of the key's put, so another time is another put of the same value.
internal sealed partial class CommandEvaluator
{
    private ReplyDependency TimeToLive(CommandBatch batch, int index)
    {
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        batch.SetInteger(index, TimeLeft(lookup, batch[index].Flags, clock.Last));
        return ReplyDependency.Look(lookup.PendingLsn);
    }

    /// <summary>The reply of <see cref="CommandKind.TimeToLive"/>. Rounded up to ms: a key is never told to be gone earlier than it is.</summary>
    public static long TimeLeft(in KeyLookup lookup, CommandFlags flags, long now)
    {
        if (!lookup.Found || lookup.IsExpired(now)) return -2;
        if (lookup.ExpiresAt == 0) return -1;
        long micros = (flags & CommandFlags.Absolute) != 0 ? lookup.ExpiresAt : Math.Max(0, lookup.ExpiresAt - now);
        long millis = micros / 1000 + (micros % 1000 == 0 ? 0 : 1);
        return (flags & CommandFlags.Seconds) != 0 ? (millis + 500) / 1000 : millis;
    }

    private ReplyDependency Expire(CommandBatch batch, int index)
    {
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        long at = ReadTime(batch.Value(index));
        if (!lookup.Found || !MayExpire(lookup.ExpiresAt, at, batch[index].Flags))
        {
            batch.SetInteger(index, 0);
            return ReplyDependency.Look(lookup.PendingLsn);
        }

        if (at <= clock.Last)
        {
            batch.SetInteger(index, 1);
            var removed = Remove(batch, index);
            if (!Appended(batch, index, removed)) return ReplyDependency.None;
            return ReplyDependency.Write(removed.Lsn, lookup.PendingLsn, _policy);
        }

        return PutAgain(batch, index, lookup, at);
    }

    private ReplyDependency Persist(CommandBatch batch, int index)
    {
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        if (lookup.Found && lookup.ExpiresAt != 0) return PutAgain(batch, index, lookup, expiresAt: 0);
        batch.SetInteger(index, 0);
        return ReplyDependency.Look(lookup.PendingLsn);
    }

    /// <summary>GETEX that changes the time; one that does not is a Get.</summary>
    private ReplyDependency GetExpire(CommandBatch batch, int index)
    {
        var key = batch.Key(index);
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        if (lookup.Found && !TryReadValue(key, ref lookup)) return ReplyDependency.None;
        bool expires = (batch[index].Flags & CommandFlags.Expires) != 0;
        if (!lookup.Found || (!expires && lookup.ExpiresAt == 0))
        {
            AnswerOld(batch, index, lookup.Found);
            return ReplyDependency.Look(lookup.PendingLsn);
        }

        long at = expires ? ReadTime(batch.Value(index)) : 0;
        AnswerOld(batch, index, hasOld: true);
        var result = expires && at <= clock.Last ? Remove(batch, index) : Put(batch, index, _value.Written, at);
        if (!Appended(batch, index, result)) return ReplyDependency.None;
        return ReplyDependency.Write(result.Lsn, lookup.PendingLsn, _policy);
    }

    private ReplyDependency PutAgain(CommandBatch batch, int index, KeyLookup lookup, long expiresAt)
    {
        var key = batch.Key(index);
        if (!TryReadValue(key, ref lookup)) return ReplyDependency.None;
        if (!lookup.Found)
        {
            batch.SetInteger(index, 0);
            return ReplyDependency.Look(lookup.PendingLsn);
        }

        batch.SetInteger(index, 1);
        var result = Put(batch, index, _value.Written, expiresAt);
        if (!Appended(batch, index, result)) return ReplyDependency.None;
        return ReplyDependency.Write(result.Lsn, lookup.PendingLsn, _policy);
    }

    private static bool MayExpire(long expiresAt, long at, CommandFlags flags)
    {
        if ((flags & CommandFlags.IfAbsent) != 0 && expiresAt != 0) return false;
        if ((flags & CommandFlags.IfPresent) != 0 && expiresAt == 0) return false;
        if ((flags & CommandFlags.IfLater) != 0 && (expiresAt == 0 || at <= expiresAt)) return false;
        return (flags & CommandFlags.IfSooner) == 0 || expiresAt == 0 || at < expiresAt;
    }

    /// <summary>
    /// The time at the front of a value, in µs since 1970. A relative one becomes absolute here, by the leader's clock; one behind the end of time is its end.
    /// 0: none was given.
    /// </summary>
    private long ReadTime(ReadOnlySpan<byte> value)
    {
        long given = BinaryPrimitives.ReadInt64LittleEndian(value);
        if (given >= 0) return given;
        long now = clock.Next();
        return given < now - long.MaxValue ? long.MaxValue : now - given;
    }
}
