using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Time;

namespace Cluster.Actors.Shards;

/// <summary>A value that is not in memory: it has to be read on a thread that may block.</summary>
internal readonly record struct ColdValue(int Command, ValueLocation Location);

/// <summary>
/// Evaluates batches on the leader, against the newest state: committed keys and everything pending. Owned by the shard's actor.
/// A reply is written into the batch at once; the returned dependency says when it may leave (R7, R10).
/// </summary>
internal sealed class CommandEvaluator(ShardStore store, HybridClock clock, WritePolicy defaultPolicy)
{
    private KeyOperation[] _operations = new KeyOperation[16];

    /// <summary>The values of the last evaluation that are still to be read; their commands have no reply yet.</summary>
    public List<ColdValue> Cold { get; } = [];

    /// <summary>The last evaluation met a key past its time and appended its delete, perhaps for a command that only reads.</summary>
    public bool HasExpired { get; private set; }

    public ReplyDependency Evaluate(CommandBatch batch, Term term)
    {
        Cold.Clear();
        HasExpired = false;
        var policy = batch.Policy.Or(defaultPolicy);
        var dependency = ReplyDependency.None;
        var own = Lsn.None;
        for (int i = 0; i < batch.Count; i++)
        {
            // What the owner has refused beforehand has its reply.
            if (!batch.IsAnswered(i)) dependency = dependency.And(EvaluateOne(batch, i, term, policy));
            own = Lsn.Max(own, new Lsn(batch[i].AppendedLsn));
        }

        // A record that this turn of the actor appended cannot have been acknowledged before the turn ends. Once it is committed in our
        // term, no other leader can have committed anything before the whole batch was evaluated: that is the proof of leadership.
        return !own.IsNone && policy.WaitsForCommit
            ? dependency with { Commit = Lsn.Max(dependency.Commit, own), Leadership = false }
            : dependency;
    }

    /// <summary>Looks a value up again whose place is gone since the first look.</summary>
    public ReplyDependency EvaluateGetAgain(CommandBatch batch, int index, Term term)
    {
        Cold.Clear();
        HasExpired = false;
        return Get(batch, index, term);
    }

    /// <summary>
    /// The newest state of the command's key. A key past its time is deleted by a record here and now (S11): whoever saw it gone must not see it again under
    /// another leader's clock. False if that record was refused; the command has its error then.
    /// </summary>
    private bool TryFind(CommandBatch batch, int index, Term term, out KeyLookup lookup)
    {
        var key = batch.Key(index);
        lookup = store.Find(key);
        if (lookup.ExpiresAt == 0) return true;
        long now = clock.Next();
        if (!lookup.IsExpired(now)) return true;
        var result = store.AppendDelete(term, now, SessionStamp.None, key);
        if (!result.Appended)
        {
            batch.SetError(index, ShardErrors.Of(result.Refusal));
            return false;
        }

        HasExpired = true;
        lookup = new KeyLookup(false, result.Lsn, default);
        return true;
    }

    private ReplyDependency EvaluateOne(CommandBatch batch, int index, Term term, WritePolicy policy)
    {
        switch (batch[index].Kind)
        {
            case CommandKind.Get:
                return Get(batch, index, term);
            case CommandKind.Exists:
            {
                if (!TryFind(batch, index, term, out var lookup)) return ReplyDependency.None;
                batch.SetInteger(index, lookup.Found ? 1 : 0);
                return ReplyDependency.Look(lookup.PendingLsn);
            }

            case CommandKind.Set:
                return Set(batch, index, term, policy);
            case CommandKind.Delete:
            {
                var key = batch.Key(index);
                if (!TryFind(batch, index, term, out var lookup)) return ReplyDependency.None;
                if (!lookup.Found)
                {
                    batch.SetInteger(index, 0);
                    return ReplyDependency.Look(lookup.PendingLsn);
                }

                var result = store.AppendDelete(term, clock.Next(), SessionStamp.None, key);
                if (!Appended(batch, index, result)) return ReplyDependency.None;
                batch.SetInteger(index, 1);
                return ReplyDependency.Write(result.Lsn, lookup.PendingLsn, policy);
            }

            case CommandKind.TimeToLive:
                return TimeToLive(batch, index, term);
            case CommandKind.SetMany:
                return SetMany(batch, index, term, policy);
            case CommandKind.Count:
                batch.SetInteger(index, store.CountWithPending());
                return ReplyDependency.Look(store.LastPendingLsn);
            case CommandKind.FlushAll:
            {
                var result = store.AppendFlushKeys(term, clock.Next(), SessionStamp.None);
                if (!Appended(batch, index, result)) return ReplyDependency.None;
                batch.SetOk(index);
                return ReplyDependency.BlindWrite(result.Lsn, policy);
            }

            default:
                batch.SetError(index, "ERR unknown command kind"u8);
                return ReplyDependency.None;
        }
    }

    private ReplyDependency Get(CommandBatch batch, int index, Term term)
    {
        if (!TryFind(batch, index, term, out var lookup)) return ReplyDependency.None;
        if (!lookup.Found) batch.SetNil(index);
        else if (!CommittedReader.TryCopyFromMemory(store, batch, index, lookup.Location)) Cold.Add(new ColdValue(index, lookup.Location));
        return ReplyDependency.Look(lookup.PendingLsn);
    }

    private ReplyDependency Set(CommandBatch batch, int index, Term term, WritePolicy policy)
    {
        var key = batch.Key(index);
        var flags = batch[index].Flags & (CommandFlags.IfAbsent | CommandFlags.IfPresent);
        var value = batch.Value(index);
        long expiresAt = 0;
        if ((batch[index].Flags & CommandFlags.Expires) != 0 && !TryReadExpiry(ref value, out expiresAt))
        {
            batch.SetError(index, "ERR invalid expire time in 'set' command"u8);
            return ReplyDependency.None;
        }

        var lookup = default(KeyLookup);
        if (flags != CommandFlags.None)
        {
            if (!TryFind(batch, index, term, out lookup)) return ReplyDependency.None;
            if (lookup.Found != (flags == CommandFlags.IfPresent) || flags == (CommandFlags.IfAbsent | CommandFlags.IfPresent))
            {
                batch.SetNil(index);
                return ReplyDependency.Look(lookup.PendingLsn);
            }
        }

        var result = store.AppendPut(term, clock.Next(), SessionStamp.None, key, value, expiresAt);
        if (!Appended(batch, index, result)) return ReplyDependency.None;
        batch.SetOk(index);
        return flags == CommandFlags.None
            ? ReplyDependency.BlindWrite(result.Lsn, policy)
            : ReplyDependency.Write(result.Lsn, lookup.PendingLsn, policy);
    }

    /// <summary>Takes the time off the front of a value. A relative one becomes absolute here, by the leader's clock.</summary>
    private bool TryReadExpiry(ref ReadOnlySpan<byte> value, out long expiresAt)
    {
        expiresAt = 0;
        if (value.Length < sizeof(long)) return false;
        long given = System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(value);
        value = value[sizeof(long)..];
        if (given == 0) return false;
        long now = clock.Next();
        if (given < 0 && (given == long.MinValue || -given > long.MaxValue - now)) return false;
        expiresAt = given > 0 ? given : now - given;
        return true;
    }

    private ReplyDependency TimeToLive(CommandBatch batch, int index, Term term)
    {
        if (!TryFind(batch, index, term, out var lookup)) return ReplyDependency.None;
        long left = lookup.ExpiresAt == 0 ? -1 : Math.Max(0, (lookup.ExpiresAt - clock.Last + 999) / 1000);
        batch.SetInteger(index, lookup.Found ? left : -2);
        return ReplyDependency.Look(lookup.PendingLsn);
    }

    private ReplyDependency SetMany(CommandBatch batch, int index, Term term, WritePolicy policy)
    {
        int count = 0, offset = 0;
        for (var pairs = batch.Pairs(index); pairs.Next();)
        {
            if (count == _operations.Length) Array.Resize(ref _operations, count * 2);
            int key = offset + PairReader.HeaderBytes;
            _operations[count++] = new KeyOperation(KeyOperationKind.Put, key, pairs.Key.Length, key + pairs.Key.Length, pairs.Value.Length);
            offset = key + pairs.Key.Length + pairs.Value.Length;
        }

        if (count == 0)
        {
            batch.SetError(index, "ERR wrong number of arguments"u8);
            return ReplyDependency.None;
        }

        var result = store.AppendKeys(term, clock.Next(), SessionStamp.None, batch.Value(index), _operations.AsSpan(0, count));
        if (!Appended(batch, index, result)) return ReplyDependency.None;
        batch.SetOk(index);
        return ReplyDependency.BlindWrite(result.Lsn, policy);
    }

    private static bool Appended(CommandBatch batch, int index, AppendResult result)
    {
        if (result.Appended)
        {
            batch.CommandAt(index).AppendedLsn = result.Lsn.Value;
            return true;
        }

        batch.SetError(index, ShardErrors.Of(result.Refusal));
        return false;
    }
}
