using Cluster.Storage;
using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

/// <summary>Reads values, and answers READONLY batches from the committed state of the replica on this node.</summary>
internal static class CommittedReader
{
    /// <summary>False if the value has to be read from disk; the command has no reply then.</summary>
    public static bool TryCopyFromMemory(ShardStore store, CommandBatch batch, int index, ValueLocation location) =>
        Finish(batch, index, location, store.ReadFromMemory(location, batch.Key(index), Reserve(batch, index, location)));

    /// <summary>Blocks. False if the value's place is gone: look the key up again.</summary>
    public static bool CopyFromDisk(ShardStore store, CommandBatch batch, int index, ValueLocation location) =>
        Finish(batch, index, location, store.ReadFromDisk(location, batch.Key(index), Reserve(batch, index, location)));

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
                case CommandKind.Get:
                {
                    var lookup = store.FindCommitted(batch.Key(i));
                    if (!lookup.Found || lookup.IsExpired(now)) batch.SetNil(i);
                    else if (!TryCopyFromMemory(store, batch, i, lookup.Location)) cold.Add(new ColdValue(i, lookup.Location));
                    break;
                }

                case CommandKind.Exists:
                {
                    var lookup = store.FindCommitted(batch.Key(i));
                    batch.SetInteger(i, lookup.Found && !lookup.IsExpired(now) ? 1 : 0);
                    break;
                }

                case CommandKind.TimeToLive:
                {
                    var lookup = store.FindCommitted(batch.Key(i));
                    batch.SetInteger(i, !lookup.Found || lookup.IsExpired(now) ? -2 : lookup.ExpiresAt == 0 ? -1 : (lookup.ExpiresAt - now + 999) / 1000);
                    break;
                }

                case CommandKind.Count:
                    batch.SetInteger(i, store.Count);
                    break;
                default:
                    batch.SetError(i, "READONLY this connection reads from replicas"u8);
                    break;
            }
        }
    }

    private static Span<byte> Reserve(CommandBatch batch, int index, ValueLocation location) =>
        // Another key of the same hash may give a length that makes no sense for this one.
        batch.SetBulk(index, Math.Max(0, location.ValueLength(batch[index].KeyLength)));

    private static bool Finish(CommandBatch batch, int index, ValueLocation location, ValueReadOutcome outcome)
    {
        switch (outcome)
        {
            case ValueReadOutcome.Copied:
                return true;
            case ValueReadOutcome.AnotherKey or ValueReadOutcome.Expired:
                batch.TakeBackBulk(index);
                batch.SetNil(index);
                return true;
            default:
                batch.TakeBackBulk(index);
                return false;
        }
    }
}
