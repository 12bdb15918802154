using Akka.Event;
using Cluster.Storage;
using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

/// <summary>
/// Reads values that commands of one batch need before they can be evaluated, on a thread that may block, and comes back to the shard as a
/// message. It has its own copy of the keys: the batch may be answered meanwhile. What it brings belongs to the places that it read; whether
/// these are still the newest is looked up again by whoever uses them.
/// </summary>
internal sealed class ValueFetch(ShardStore store) : IBlockingWork, IDeadLetterSuppression
{
    /// <summary>Bytes that one fetch reads at most, except that any single value is read.</summary>
    public const long BytesMax = 128L << 20;

    private readonly PooledBytes _bytes = new();
    private readonly Dictionary<ValueLocation, Entry> _entries = [];
    private IShardMailbox? _mailbox;

    private record struct Entry(int KeyOffset, int KeyLength, int ValueOffset, int ValueLength, ValueReadOutcome Outcome);

    public int Count => _entries.Count;

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes { get; private set; }

    /// <summary>It has come back, or has not been sent.</summary>
    public bool IsDone { get; set; }

    public HeldBatch? For { get; private set; }

    public Exception? Failure { get; private set; }

    /// <summary>False if it would become too large.</summary>
    public bool TryAdd(ValueLocation location, ReadOnlySpan<byte> key)
    {
        if (_entries.ContainsKey(location)) return true;
        int length = Math.Max(0, location.ValueLength(key.Length));
        if (Bytes + key.Length + length > BytesMax && _entries.Count > 0) return false;
        Bytes += key.Length + length;
        _entries.Add(location, new Entry(_bytes.Length, key.Length, 0, length, ValueReadOutcome.NotInMemory));
        _bytes.Append(key);
        return true;
    }

    /// <summary>False if the workers have too much to do.</summary>
    public bool TryStart(HeldBatch target, BlockingWorkers workers, IShardMailbox mailbox)
    {
        For = target;
        _mailbox = mailbox;
        return workers.TryRun(this);
    }

    public void Run()
    {
        try
        {
            foreach (var (location, entry) in _entries)
            {
                int offset = _bytes.Length;
                var to = _bytes.Reserve(entry.ValueLength);
                var outcome = store.ReadFromDisk(location, _bytes.Slice(entry.KeyOffset, entry.KeyLength), to);
                _entries[location] = entry with { ValueOffset = offset, Outcome = outcome };
            }
        }
        catch (Exception e) when (e is StorageException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            Failure = e;
        }

        _mailbox!.Post(this);
    }

    /// <summary>What the place held, if it was read: Copied or AnotherKey; null if it must be read again.</summary>
    public ValueReadOutcome? TryCopy(ValueLocation location, ReadOnlySpan<byte> key, Span<byte> to)
    {
        if (!_entries.TryGetValue(location, out var entry)) return null;
        if (!_bytes.Slice(entry.KeyOffset, entry.KeyLength).SequenceEqual(key)) return ValueReadOutcome.AnotherKey;
        if (entry.Outcome == ValueReadOutcome.Copied) _bytes.Slice(entry.ValueOffset, entry.ValueLength).CopyTo(to);
        return entry.Outcome is ValueReadOutcome.Copied or ValueReadOutcome.AnotherKey ? entry.Outcome : null;
    }

    /// <summary>Gives the memory back. Only once it has come back, or was never sent.</summary>
    public void Release() => _bytes.Reset();
}
