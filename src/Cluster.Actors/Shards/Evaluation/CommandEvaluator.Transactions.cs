using Cluster.Actors.Shards.Core;
using Cluster.Storage;
using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

// MULTI … EXEC within the shard: evaluated at one point, one record (DESIGN.md, "Transactions").
internal sealed partial class CommandEvaluator
{
    /// <summary>Bytes of all replies of one transaction.</summary>
    private const int TransactionReplyBytesMax = 192 << 20;

    private readonly StagedWrites _staged = new(store);
    private readonly WatchedKeys _watched = new();
    private Term _watchedTerm;

    public WatchedKeys Watched => _watched;

    private ReplyDependency Watch(CommandBatch batch, int index)
    {
        if (_staged.IsOpen)
        {
            batch.SetError(index, "ERR WATCH inside MULTI is not allowed"u8);
            return ReplyDependency.None;
        }

        // A key past its time is gone before it is watched, or its end would be a change.
        if (!TryFind(batch, index, out _)) return ReplyDependency.None;
        _watched.Watch(store.HashOf(batch.Key(index)), store.LastLsn);
        new WatchToken(_term.Value, store.LastLsn.Value).Write(batch.SetBulk(index, WatchToken.Bytes));
        // It says nothing about data: if this replica leads no more, the token is worth nothing.
        return ReplyDependency.None;
    }

    private void ForgetWatches(Term term)
    {
        _watched.Clear();
        _watchedTerm = term;
    }

    private ReplyDependency Transaction(CommandBatch batch, int index)
    {
        var commands = CommandBatch.Rent();
        _staged.Open();
        try
        {
            return Transaction(batch, index, commands);
        }
        catch (CommandFormatException)
        {
            batch.SetError(index, "ERR the transaction is malformed"u8);
            return ReplyDependency.None;
        }
        finally
        {
            _staged.Close();
            commands.Release();
        }
    }

    private ReplyDependency Transaction(CommandBatch batch, int index, CommandBatch commands)
    {
        var reader = new TransactionReader(batch.Value(index));
        var dependency = ReplyDependency.None;
        bool isUnchanged = true;
        while (reader.NextWatch())
        {
            isUnchanged &= reader.Token.Term == _term.Value && _watched.IsUnchanged(store.HashOf(reader.Key), new Lsn(reader.Token.Lsn));
            dependency = dependency.And(ReplyDependency.Look(store.Find(reader.Key).PendingLsn));
        }

        commands.ReadCommands(reader.Commands);
        if (commands.HasStamp) throw new CommandFormatException("the commands of a transaction have a stamp of their own");
        if (!isUnchanged)
        {
            batch.SetNil(index);
            return dependency;
        }

        for (int i = 0; i < commands.Count; i++)
        {
            dependency = dependency.And(EvaluateOne(commands, i));
            if (_wanted is not null) return WantAll(batch, index, commands);
            if (!_staged.IsTooLarge && commands.ReplyLength <= TransactionReplyBytesMax) continue;
            batch.SetError(index, "ERR the transaction is too large"u8);
            return ReplyDependency.None;
        }

        commands.WriteReplies(batch.SetArray(index, commands.EncodedRepliesBytes));
        if (!_staged.Operations.IsEmpty)
        {
            var result = store.AppendKeys(_term, clock.Next(), Write(batch, index), _staged.Bytes, _staged.Operations);
            if (!Appended(batch, index, result)) return ReplyDependency.None;
            NoteChanges(_staged.Bytes, _staged.Operations, result.Lsn);
            dependency = dependency.And(ReplyDependency.BlindWrite(result.Lsn, _policy));
        }

        return dependency;
    }

    /// <summary>
    /// The evaluation is forgotten, nothing is appended yet. All values that the transaction needs are fetched at once, those fetched before among them: it is
    /// evaluated from its start again.
    /// </summary>
    private ReplyDependency WantAll(CommandBatch batch, int index, CommandBatch commands)
    {
        if (LookAhead(commands, 0, int.MaxValue, reads: true)) return ReplyDependency.None;
        TakeWanted()?.Release();
        batch.SetError(index, "ERR the transaction reads too many bytes that are not in memory"u8);
        return ReplyDependency.None;
    }

    private ReplyDependency GetStaged(CommandBatch batch, int index, KeyLookup lookup)
    {
        var key = batch.Key(index);
        if (lookup.Found && !TryReadValue(key, ref lookup)) return ReplyDependency.None;
        if (!lookup.Found) CommittedReader.SetAbsent(batch, index);
        else if (batch[index].Kind == CommandKind.Get) batch.SetBulk(index, _value.Written);
        else
        {
            var (offset, length) = CommittedReader.RangeOf(batch.Value(index), _value.Length);
            batch.SetBulk(index, _value.Slice(offset, length));
        }

        return ReplyDependency.Look(lookup.PendingLsn);
    }

    private void NoteChanges(ReadOnlySpan<byte> source, ReadOnlySpan<KeyOperation> operations, Lsn lsn)
    {
        if (_watched.IsEmpty) return;
        foreach (ref readonly var operation in operations) _watched.Changed(store.HashOf(source.Slice(operation.KeyOffset, operation.KeyLength)), lsn);
    }
}
