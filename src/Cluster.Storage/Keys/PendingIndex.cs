namespace Cluster.Storage.Keys;

/// <summary>
/// Finds the newest pending entry of a key: buckets of chains through the entries themselves, one per key. Grows one bucket at a
/// time, as the directory does.
/// </summary>
internal sealed class PendingIndex(PendingQueue entries)
{
    // An index that has run empty keeps the memory of this many buckets.
    private const int ChunksKept = 8;

    private readonly long[]?[] _spine = NewSpine();
    private long _buckets = LinearAddress.FirstChunk;
    private long _keys;

    /// <summary>Sequence number of the newest entry of a key, 0 if there is none.</summary>
    public long Find(in KeyHash hash)
    {
        var sequence = Head(LinearAddress.Bucket(hash.Low, _buckets));
        while (sequence != 0)
        {
            ref var entry = ref entries[sequence];
            if (entry.Hash == hash)
                return sequence;
            sequence = entry.NextInBucket;
        }

        return 0;
    }

    /// <summary>Puts an entry in the place of the key's entry so far, which is returned; 0 if the key is new.</summary>
    public long Add(long added)
    {
        ref var entry = ref entries[added];
        ref var link = ref LinkTo(entry.Hash);
        var older = link;
        if (older != 0)
        {
            entry.NextInBucket = entries[older].NextInBucket;
            link = added;
            return older;
        }

        entry.NextInBucket = 0;
        link = added;
        if (++_keys > _buckets)
            Split();
        return 0;
    }

    /// <summary>Takes the newest entry of a key out and puts <paramref name="older"/> in its place; 0 for nothing.</summary>
    public void Replace(long newest, long older)
    {
        ref var entry = ref entries[newest];
        ref var link = ref LinkTo(entry.Hash);
        Invariant.Check(link == newest, "the newest pending entry of a key is the one in the index");
        if (older != 0)
        {
            entries[older].NextInBucket = entry.NextInBucket;
            link = older;
            return;
        }

        link = entry.NextInBucket;
        if (--_keys == 0)
            Shrink();
    }

    /// <summary>The link that points to the key's entry, or the empty one at the end of its chain.</summary>
    private ref long LinkTo(in KeyHash hash)
    {
        ref var link = ref Head(LinearAddress.Bucket(hash.Low, _buckets));
        while (link != 0)
        {
            ref var entry = ref entries[link];
            if (entry.Hash == hash)
                break;
            link = ref entry.NextInBucket;
        }

        return ref link;
    }

    private ref long Head(long bucket)
    {
        var chunk = LinearAddress.Chunk(bucket);
        return ref _spine[chunk]![bucket - LinearAddress.ChunkStart(chunk)];
    }

    private void Split()
    {
        var next = _buckets;
        var chunk = LinearAddress.Chunk(next);
        _spine[chunk] ??= new long[LinearAddress.ChunkLength(chunk)];
        ref var source = ref Head(LinearAddress.SplitSource(next));
        var sequence = source;
        _buckets = next + 1;
        source = 0;
        while (sequence != 0)
        {
            ref var entry = ref entries[sequence];
            var following = entry.NextInBucket;
            ref var head = ref Head(LinearAddress.Bucket(entry.Hash.Low, _buckets));
            entry.NextInBucket = head;
            head = sequence;
            sequence = following;
        }
    }

    private void Shrink()
    {
        // All heads are 0 now, so buckets can be given up without looking at them.
        for (var chunk = ChunksKept; chunk < _spine.Length && _spine[chunk] != null; chunk++)
            _spine[chunk] = null;
        _buckets = Math.Min(_buckets, LinearAddress.ChunkStart(ChunksKept));
    }

    private static long[]?[] NewSpine()
    {
        var spine = new long[]?[LinearAddress.SpineLength];
        spine[0] = new long[LinearAddress.FirstChunk];
        return spine;
    }
}
