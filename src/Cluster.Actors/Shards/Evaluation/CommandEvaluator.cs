using System.Buffers.Binary;
using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Sessions;
using Cluster.Storage.Time;

namespace Cluster.Actors.Shards;

/// <summary>A value that is not in memory, or a scan: it has to be read on a thread that may block.</summary>
/// <param name="Now">Of a scan: the moment that it is about, µs since 1970.</param>
internal readonly record struct ColdValue(int Command, ValueLocation Location, long Now = 0);

/// <summary>
/// Evaluates batches on the leader, against the newest state: committed keys and everything pending. Owned by the shard's actor.
/// A reply is written into the batch at once; the returned dependency says when it may leave (R7, R10).
/// An evaluation stops at the first command that needs a value which is not in memory, and goes on there once it is fetched:
/// a command is evaluated as a whole or leaves no trace.
/// </summary>
internal sealed partial class CommandEvaluator(ShardStore store, HybridClock clock, WritePolicy defaultPolicy)
{
    private KeyOperation[] _operations = new KeyOperation[16];
    private Term _term;
    private WritePolicy _policy;

    /// <summary>The values of the last evaluation that are still to be read; their commands have no reply yet.</summary>
    public List<ColdValue> Cold { get; } = [];

    /// <summary>
    /// Of the batch that is evaluated next: why its policy cannot be fulfilled, null if it can. A write that may have been appended while it could is looked for first; what was
    /// not appended is refused with it.
    /// </summary>
    public byte[]? Impossible { get; set; }

    /// <summary>The last evaluation met a key past its time and appended its delete, perhaps for a command that only reads.</summary>
    public bool HasExpired { get; private set; }

    /// <summary>
    /// Evaluates the commands from <paramref name="from"/> on and adds what their replies depend on. Returns the index of the first one that was not evaluated,
    /// because of values that <see cref="TakeWanted"/> names; the number of commands if there is none.
    /// </summary>
    /// <param name="fetched">Values that were read for this batch; only those that are still the newest are used.</param>
    public int Evaluate(CommandBatch batch, int from, Term term, ValueFetch? fetched, ref ReplyDependency dependency)
    {
        Cold.Clear();
        HasExpired = false;
        _term = term;
        _policy = batch.Policy.Or(defaultPolicy);
        _fetched = fetched;
        if (term != _watchedTerm) ForgetWatches(term);
        if (batch.HasStamp)
        {
            if (IsOvertaken(batch, from))
            {
                Abandon(batch, from);
                return batch.Count;
            }

            if (from == 0) from = Resume(batch, ref dependency);
        }

        if (Impossible is not null) RefuseImpossible(batch, from);

        for (int i = from; i < batch.Count; i++)
        {
            // What the owner has refused beforehand has its reply.
            if (batch.IsAnswered(i)) continue;
            var own = EvaluateOne(batch, i);
            if (_wanted is not null)
            {
                if (batch[i].Kind != CommandKind.Transaction) LookAhead(batch, i + 1);
                return i;
            }

            dependency = dependency.And(own);
        }

        if (batch.IsExplicit) dependency = dependency.And(RecordAnswers(batch));
        return batch.Count;
    }

    private void RefuseImpossible(CommandBatch batch, int from)
    {
        for (int i = from; i < batch.Count; i++)
            if (batch[i].IsWrite && !batch.IsAnswered(i)) batch.SetError(i, Impossible);
    }

    /// <summary>
    /// What a wholly evaluated batch waits for. A record that this turn of the actor appended cannot have been acknowledged before the turn ends. Once it is
    /// committed in our term, no other leader can have committed anything before it was appended: that proves the leadership for all that was evaluated up to it.
    /// Later commands of a batch that was evaluated in several turns prove themselves.
    /// </summary>
    public static ReplyDependency Settle(CommandBatch batch, WritePolicy policy, int turnBegan, in ReplyDependency dependency)
    {
        var own = Lsn.None;
        for (int i = turnBegan; i < batch.Count; i++) own = Lsn.Max(own, new Lsn(batch[i].AppendedLsn));
        return !own.IsNone && policy.WaitsForCommit
            ? dependency with { Commit = Lsn.Max(dependency.Commit, own), Leadership = false }
            : dependency;
    }

    /// <summary>As <see cref="Settle(CommandBatch, WritePolicy, int, in ReplyDependency)"/>, for the batch evaluated last.</summary>
    public ReplyDependency Settle(CommandBatch batch, int turnBegan, in ReplyDependency dependency) => Settle(batch, _policy, turnBegan, dependency);

    /// <summary>Looks a value up again whose place is gone since the first look.</summary>
    public ReplyDependency EvaluateGetAgain(CommandBatch batch, int index, Term term)
    {
        Cold.Clear();
        HasExpired = false;
        _term = term;
        _fetched = null;
        return Get(batch, index);
    }

    private ReplyDependency EvaluateOne(CommandBatch batch, int index)
    {
        switch (batch[index].Kind)
        {
            case CommandKind.Get or CommandKind.GetRange:
                return Get(batch, index);
            case CommandKind.Exists:
            {
                if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
                batch.SetInteger(index, lookup.Found ? 1 : 0);
                return ReplyDependency.Look(lookup.PendingLsn);
            }

            case CommandKind.Length:
            {
                if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
                batch.SetInteger(index, lookup.Found ? lookup.ValueLength(batch[index].KeyLength) : 0);
                return ReplyDependency.Look(lookup.PendingLsn);
            }

            case CommandKind.Set:
                return Set(batch, index);
            case CommandKind.Delete:
                return Delete(batch, index);
            case CommandKind.Increment:
                return Increment(batch, index);
            case CommandKind.Append:
                return Append(batch, index);
            case CommandKind.SetRange:
                return SetRange(batch, index);
            case CommandKind.GetDelete:
                return GetDelete(batch, index);
            case CommandKind.TimeToLive:
                return TimeToLive(batch, index);
            case CommandKind.Expire:
                return Expire(batch, index);
            case CommandKind.Persist:
                return Persist(batch, index);
            case CommandKind.GetExpire:
                return GetExpire(batch, index);
            case CommandKind.SetMany:
                return SetMany(batch, index);
            case CommandKind.Watch:
                return Watch(batch, index);
            case var _ when _staged.IsOpen:
                batch.SetError(index, "ERR Command not allowed inside a transaction"u8);
                return ReplyDependency.None;
            case CommandKind.Transaction:
                return Transaction(batch, index);
            case CommandKind.Scan:
                Cold.Add(new ColdValue(index, default, clock.Next()));
                return ReplyDependency.Look(Lsn.None);
            case CommandKind.Count:
                batch.SetInteger(index, store.CountWithPending());
                return ReplyDependency.Look(store.LastPendingLsn);
            case CommandKind.FlushAll:
            {
                batch.SetOk(index);
                var result = store.AppendFlushKeys(_term, clock.Next(), Write(batch, index));
                if (!Appended(batch, index, result)) return ReplyDependency.None;
                _watched.AllChanged(result.Lsn);
                return ReplyDependency.BlindWrite(result.Lsn, _policy);
            }

            default:
                batch.SetError(index, "ERR unknown command kind"u8);
                return ReplyDependency.None;
        }
    }

    private ReplyDependency Get(CommandBatch batch, int index)
    {
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        if (_staged.IsOpen) return GetStaged(batch, index, lookup);
        if (!lookup.Found) CommittedReader.SetAbsent(batch, index);
        else if (!CommittedReader.TryCopyFromMemory(store, batch, index, lookup.Location)) Cold.Add(new ColdValue(index, lookup.Location));
        return ReplyDependency.Look(lookup.PendingLsn);
    }

    private ReplyDependency Set(CommandBatch batch, int index)
    {
        var key = batch.Key(index);
        var flags = batch[index].Flags;
        var value = batch.Value(index);
        long expiresAt = 0;
        if ((flags & CommandFlags.Expires) != 0)
        {
            expiresAt = ReadTime(value);
            value = value[sizeof(long)..];
            if (expiresAt == 0)
            {
                batch.SetError(index, "ERR invalid expire time in 'set' command"u8);
                return ReplyDependency.None;
            }
        }

        var condition = flags & (CommandFlags.IfAbsent | CommandFlags.IfPresent);
        bool looks = (flags & (CommandFlags.IfAbsent | CommandFlags.IfPresent | CommandFlags.ReturnOld | CommandFlags.KeepExpiry)) != 0;
        var lookup = default(KeyLookup);
        bool hasOld = false;
        if (looks)
        {
            if (!TryFind(batch, index, out lookup)) return ReplyDependency.None;
            if ((flags & CommandFlags.ReturnOld) != 0 && lookup.Found)
            {
                if (!TryReadValue(key, ref lookup)) return ReplyDependency.None;
                hasOld = lookup.Found;
            }

            if (condition != CommandFlags.None
                && (lookup.Found != (condition == CommandFlags.IfPresent) || condition == (CommandFlags.IfAbsent | CommandFlags.IfPresent)))
            {
                AnswerOld(batch, index, hasOld);
                return ReplyDependency.Look(lookup.PendingLsn);
            }

            if ((flags & CommandFlags.KeepExpiry) != 0) expiresAt = lookup.ExpiresAt;
        }

        if ((flags & CommandFlags.ReturnOld) != 0) AnswerOld(batch, index, hasOld);
        else batch.SetOk(index);
        var result = Put(batch, index, value, expiresAt);
        if (!Appended(batch, index, result)) return ReplyDependency.None;
        return looks
            ? ReplyDependency.Write(result.Lsn, lookup.PendingLsn, _policy)
            : ReplyDependency.BlindWrite(result.Lsn, _policy);
    }

    private ReplyDependency Delete(CommandBatch batch, int index)
    {
        if (!TryFind(batch, index, out var lookup)) return ReplyDependency.None;
        if (!lookup.Found)
        {
            batch.SetInteger(index, 0);
            return ReplyDependency.Look(lookup.PendingLsn);
        }

        batch.SetInteger(index, 1);
        var result = Remove(batch, index);
        if (!Appended(batch, index, result)) return ReplyDependency.None;
        return ReplyDependency.Write(result.Lsn, lookup.PendingLsn, _policy);
    }

    private ReplyDependency SetMany(CommandBatch batch, int index)
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

        if (_staged.IsOpen)
        {
            for (var pairs = batch.Pairs(index); pairs.Next();) _staged.Put(pairs.Key, pairs.Value, expiresAt: 0);
            batch.SetOk(index);
            return ReplyDependency.None;
        }

        batch.SetOk(index);
        var result = store.AppendKeys(_term, clock.Next(), Write(batch, index), batch.Value(index), _operations.AsSpan(0, count));
        if (!Appended(batch, index, result)) return ReplyDependency.None;
        NoteChanges(batch.Value(index), _operations.AsSpan(0, count), result.Lsn);
        return ReplyDependency.BlindWrite(result.Lsn, _policy);
    }

    /// <summary>
    /// The newest state of the command's key. A key past its time is deleted by a record here and now (S11): whoever saw it gone must not see it again under
    /// another leader's clock. False if that record was refused; the command has its error then.
    /// </summary>
    private bool TryFind(CommandBatch batch, int index, out KeyLookup lookup)
    {
        var key = batch.Key(index);
        if (!_staged.IsOpen || !_staged.TryFind(key, out lookup)) lookup = store.Find(key);
        if (lookup.ExpiresAt == 0 || !lookup.IsExpired(clock.Next())) return true;
        var result = RemoveExpired(key);
        if (!result.Appended)
        {
            batch.SetError(index, ShardErrors.Of(result.Refusal));
            return false;
        }

        HasExpired |= !_staged.IsOpen;
        lookup = new KeyLookup(false, _staged.IsOpen ? lookup.PendingLsn : result.Lsn, default);
        return true;
    }

    /// <summary>The command's key gets that value. Its reply is set before: the record carries it (R11).</summary>
    private AppendResult Put(CommandBatch batch, int index, ReadOnlySpan<byte> value, long expiresAt)
    {
        var key = batch.Key(index);
        if (_staged.IsOpen) return _staged.Put(key, value, expiresAt);
        var result = store.AppendPut(_term, clock.Next(), Write(batch, index), key, value, expiresAt);
        if (!_watched.IsEmpty) _watched.Changed(store.HashOf(key), result.Lsn);
        return result;
    }

    /// <summary>As <see cref="Put"/>.</summary>
    private AppendResult Remove(CommandBatch batch, int index)
    {
        var key = batch.Key(index);
        if (_staged.IsOpen) return _staged.Remove(key);
        var result = store.AppendDelete(_term, clock.Next(), Write(batch, index), key);
        if (!_watched.IsEmpty) _watched.Changed(store.HashOf(key), result.Lsn);
        return result;
    }

    /// <summary>No write of the command that has met it: without a stamp.</summary>
    private AppendResult RemoveExpired(ReadOnlySpan<byte> key)
    {
        if (_staged.IsOpen) return _staged.Remove(key);
        var result = store.AppendDelete(_term, clock.Next(), SessionStamp.None, key);
        if (!_watched.IsEmpty) _watched.Changed(store.HashOf(key), result.Lsn);
        return result;
    }

    private bool Appended(CommandBatch batch, int index, AppendResult result)
    {
        if (result.Appended)
        {
            batch.CommandAt(index).AppendedLsn = result.Lsn.Value;
            NoteRecord(batch, index, result.Lsn);
            return true;
        }

        batch.SetError(index, ShardErrors.Of(result.Refusal));
        return false;
    }

    private static long NumberOf(CommandBatch batch, int index) => BinaryPrimitives.ReadInt64LittleEndian(batch.Value(index));
}
