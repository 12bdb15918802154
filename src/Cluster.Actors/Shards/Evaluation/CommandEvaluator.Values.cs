using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

// The values that commands need before they can write.
internal sealed partial class CommandEvaluator
{
    /// <summary>Values that one look ahead asks for at most: the commands behind them ask again.</summary>
    private const int WantedMax = 256;

    private readonly PooledBytes _value = new();
    private ValueFetch? _fetched;
    private ValueFetch? _wanted;

    /// <summary>What stopped the last evaluation, and what the commands behind it will need; null if nothing did. It is the caller's from now on.</summary>
    public ValueFetch? TakeWanted()
    {
        var wanted = _wanted;
        _wanted = null;
        return wanted;
    }

    /// <summary>Adds to what is wanted: cold values that commands from there on need. Changes nothing else.</summary>
    public void LookAhead(CommandBatch batch, int from) => LookAhead(batch, from, WantedMax, reads: false);

    /// <summary>False if not all of it could be added.</summary>
    private bool LookAhead(CommandBatch batch, int from, int most, bool reads)
    {
        for (int i = from; i < batch.Count; i++)
        {
            // A transaction that stopped begins anew: what it has answered already it will need again.
            if (!reads && batch.IsAnswered(i)) continue;
            bool isRead = batch[i].Kind is CommandKind.Get or CommandKind.GetRange;
            if (!CommandKinds.NeedsValue(batch[i].Kind, batch[i].Flags) && !(reads && isRead)) continue;
            if (_wanted?.Count >= most) return false;
            var key = batch.Key(i);
            var lookup = store.Find(key);
            if (!lookup.Found || lookup.IsExpired(clock.Last)) continue;
            if (batch[i].Kind == CommandKind.Increment && lookup.ValueLength(key.Length) > StrictInteger.LengthMax) continue;
            if (store.ReadRangeFromMemory(lookup.Location, key, 0, default, out _) == ValueReadOutcome.NotInMemory && !Want(lookup.Location, key)) return false;
        }

        return true;
    }

    /// <summary>
    /// Copies the key's value into <see cref="_value"/>. False if it has to be fetched: the command stops here, without a trace. A value of
    /// another key with the same hash is none.
    /// </summary>
    private bool TryReadValue(ReadOnlySpan<byte> key, ref KeyLookup lookup)
    {
        _value.Reset();
        int length = lookup.ValueLength(key.Length);
        var outcome = ValueReadOutcome.AnotherKey;
        if (StagedWrites.Holds(lookup.Location))
        {
            _staged.ValueOf(lookup.Location).CopyTo(_value.Reserve(length));
            return true;
        }

        if (length >= 0)
        {
            var to = _value.Reserve(length);
            outcome = store.ReadFromMemory(lookup.Location, key, to);
            if (outcome is ValueReadOutcome.NotInMemory or ValueReadOutcome.Gone && _fetched?.TryCopy(lookup.Location, key, to) is { } known) outcome = known;
        }

        switch (outcome)
        {
            case ValueReadOutcome.Copied:
                return true;
            case ValueReadOutcome.AnotherKey:
                _value.Reset();
                lookup = new KeyLookup(false, lookup.PendingLsn, default);
                return true;
            default:
                Want(lookup.Location, key);
                return false;
        }
    }

    private bool Want(ValueLocation location, ReadOnlySpan<byte> key) => (_wanted ??= new ValueFetch(store)).TryAdd(location, key);

    /// <summary>The value that was read last, or nil.</summary>
    private void AnswerOld(CommandBatch batch, int index, bool hasOld)
    {
        if (hasOld) batch.SetBulk(index, _value.Written);
        else batch.SetNil(index);
    }
}
