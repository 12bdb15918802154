using Akka.Event;
using Cluster.Storage;
using Cluster.Storage.Keys;
using Cluster.Storage.Time;

namespace Cluster.Actors.Shards;

/// <summary>
/// The leader's active expiry (S11): appends deletes of keys past their time that nobody asks for, a bounded number per round. A key whose name has left
/// memory is read on a thread that may block, one such read at a time. Owned by the shard's actor; what a round appends nobody waits for.
/// </summary>
internal sealed class ExpirySweep(ShardStore store, HybridClock clock, WatchedKeys watched, BlockingWorkers workers, IShardMailbox mailbox)
{
    /// <summary>Pause between rounds that find everything done.</summary>
    private const long PauseMicros = 100_000;

    /// <summary>Pause while there is more to do.</summary>
    private const long BusyPauseMicros = 10_000;

    private const int KeysPerRound = 512;

    private readonly List<ExpiredKey> _found = [];
    private byte[] _key = new byte[256];
    private ExpiryCursor _cursor;
    private ExpiryRead? _reading;
    private long _nextAt;

    /// <summary>When a round is due, in monotonic µs.</summary>
    public long DueAt => store.ExpiringCount > 0 && _reading is null ? _nextAt : long.MaxValue;

    /// <summary>A new term begins: what was found before is of no interest.</summary>
    public void Begin()
    {
        _cursor = default;
        _reading = null;
        _nextAt = 0;
    }

    /// <summary>Only while this replica leads and may append. True if something was appended.</summary>
    public bool Run(Term term, long now)
    {
        if (now < DueAt) return false;
        _found.Clear();
        long time = clock.Next();
        store.NextExpired(time, KeysPerRound, ref _cursor, _found);
        _nextAt = now + (_cursor.IsAtStart ? PauseMicros : BusyPauseMicros);
        bool appended = false;
        List<ValueLocation>? cold = null;
        foreach (var key in _found)
        {
            var outcome = store.ReadKeyFromMemory(key.Location, _key, out int length);
            if (outcome == ValueReadOutcome.Copied && length > _key.Length)
            {
                _key = new byte[length];
                outcome = store.ReadKeyFromMemory(key.Location, _key, out length);
            }

            if (outcome == ValueReadOutcome.Copied) appended |= Delete(_key.AsSpan(0, length), term, time);
            else (cold ??= []).Add(key.Location);
        }

        if (cold is null) return appended;
        var read = new ExpiryRead(store, cold, term, mailbox);
        if (workers.TryRun(read)) _reading = read;
        return appended;
    }

    /// <summary>The names that were not in memory. True if something was appended.</summary>
    public bool ReadDone(ExpiryRead read, Term term, bool mayAppend)
    {
        if (read != _reading) return false;
        _reading = null;
        if (!mayAppend || term != read.Term) return false;
        bool appended = false;
        long time = clock.Next();
        foreach (byte[] key in read.Keys) appended |= Delete(key, term, time);
        return appended;
    }

    /// <summary>The newest version of the key decides, a pending one too: it may have got another time, or be deleted, since it was found.</summary>
    private bool Delete(ReadOnlySpan<byte> key, Term term, long time)
    {
        if (!store.Find(key).IsExpired(time)) return false;
        var result = store.AppendDelete(term, clock.Next(), SessionStamp.None, key);
        if (!watched.IsEmpty) watched.Changed(store.HashOf(key), result.Lsn);
        return result.Appended;
    }
}

/// <summary>Reads the names of keys past their time. Comes back to the shard as a message.</summary>
internal sealed class ExpiryRead(ShardStore store, List<ValueLocation> places, Term term, IShardMailbox mailbox) : IBlockingWork, IDeadLetterSuppression
{
    public Term Term => term;

    public List<byte[]> Keys { get; } = [];

    public void Run()
    {
        byte[] key = new byte[256];
        try
        {
            foreach (var place in places)
            {
                var outcome = store.ReadKey(place, key, out int length);
                if (length > key.Length) outcome = store.ReadKey(place, key = new byte[length], out length);
                if (outcome == ValueReadOutcome.Copied) Keys.Add(key.AsSpan(0, length).ToArray());
            }
        }
        catch (Exception e) when (e is StorageException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // A key that cannot be read stays; whoever asks for it is told why.
        }

        mailbox.Post(this);
    }
}
