namespace Cluster.Storage.Keys;

/// <summary>
/// The committed keys of a shard, where their values lie and when they expire. Unmanaged memory, about 33 bytes per key and 22 more for
/// one that expires, no object per key. One writer; readers on any thread, without locks.
/// </summary>
/// <remarks>
/// A linear hash table of pages: an insert that makes the pages too full splits one page, so growth is spread over the inserts
/// and nothing is ever rehashed as a whole. Invariants: (I1) a page that is replaced stays readable and unchanged until the
/// last reader that may hold it has left its guard. (I2) a split publishes the new page, then the bucket count, then the
/// reduced page; a reader that misses a key therefore looks at the count again and repeats if the key's bucket has moved.
/// (I3) <see cref="Clear"/> publishes an empty table; the old one is never changed again. Nothing here survives a crash: the
/// directory is rebuilt from the log.
/// </remarks>
public sealed unsafe partial class KeyDirectory : IDisposable
{
    // Entries per page on average: small enough that growing a page copies about a kilobyte, large enough that page header,
    // allocator and pointer together cost one or two bytes per key.
    private const int EntriesPerBucket = 32;

    // While a cleared table is being freed, each change frees this many of its pages.
    private const int TableBucketsPerChange = 4;

    private readonly EpochDomain _epochs;
    private readonly PageReclaimer _reclaimer;
    private readonly ExpiryIndex _expiries = new();
    private nint _table;
    private long _count;
    private long _pageBytes;

    public KeyDirectory(EpochDomain epochs)
    {
        _epochs = epochs;
        _reclaimer = new PageReclaimer(epochs);
        _table = (nint)KeyTable.Allocate();
    }

    /// <summary>Number of keys. Any thread.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Unmanaged bytes held, those that wait for readers included. Writer only.</summary>
    public long AllocatedBytes => KeyTable.Bytes(Table()) + _pageBytes + _reclaimer.PendingBytes + _expiries.AllocatedBytes;

    /// <summary>Any thread.</summary>
    public bool TryFind(in KeyHash hash, out ValueLocation location) => TryFind(hash, out location, out _);

    /// <summary><paramref name="expiresAt"/> is in µs since 1970, 0 for never. Any thread.</summary>
    public bool TryFind(in KeyHash hash, out ValueLocation location, out long expiresAt)
    {
        using var guard = _epochs.Enter();
        return Find(hash, out location, out expiresAt);
    }

    /// <summary>As <see cref="TryFind(in KeyHash, out ValueLocation, out long)"/>, but only on the writer's thread, which needs no guard: nobody else frees pages.</summary>
    public bool TryFindAsWriter(in KeyHash hash, out ValueLocation location, out long expiresAt) => Find(hash, out location, out expiresAt);

    /// <summary>
    /// Writer only. True if the key is new. <paramref name="expiresAt"/> is in µs since 1970, 0 for never; what was said before about the key's
    /// end is forgotten.
    /// </summary>
    public bool Put(in KeyHash hash, ValueLocation location, long expiresAt = 0)
    {
        var table = Table();
        FreeSomeOfClearedTables();
        Usage?.Add(location);
        ref var slot = ref KeyTable.Slot(table, LinearAddress.Bucket(hash.Low, KeyTable.Buckets(table)));
        var page = (KeyPage*)slot;
        if (page != null)
        {
            var index = KeyPage.IndexOf(page, hash);
            if (index >= 0)
            {
                Usage?.Drop(KeyPage.Entry(page, index)->Location);
                Overwrite(ref slot, page, index, hash, location, expiresAt);
                return false;
            }
        }

        if (page == null || page->Count == page->Capacity || (expiresAt != 0 && HasNoRoomForTime(page)))
            page = Replace(ref slot, page, page != null ? page->Count + 1 : _isExpecting ? FirstCapacityWhenExpected : 1, (page == null ? 0 : KeyPage.Expiring(page)) + (expiresAt != 0 ? 1 : 0));
        KeyPage.Append(page, hash, location, expiresAt);
        if (expiresAt != 0)
            _expiries.Add(TimeOf(hash, expiresAt));
        Volatile.Write(ref _count, _count + 1);
        if (_count > KeyTable.Buckets(table) * EntriesPerBucket)
            Split(table);
        return true;
    }

    /// <summary>Writer only. False if there was no such key.</summary>
    public bool Remove(in KeyHash hash)
    {
        var table = Table();
        FreeSomeOfClearedTables();
        ref var slot = ref KeyTable.Slot(table, LinearAddress.Bucket(hash.Low, KeyTable.Buckets(table)));
        var page = (KeyPage*)slot;
        var index = page == null ? -1 : KeyPage.IndexOf(page, hash);
        if (index < 0)
            return false;
        var expiresAt = KeyPage.ExpiresAt(page, index);
        if (expiresAt != 0)
            _expiries.Remove(TimeOf(hash, expiresAt));
        Usage?.Drop(KeyPage.Entry(page, index)->Location);
        KeyPage.RemoveAt(page, index);
        Volatile.Write(ref _count, _count - 1);
        if (page->Count == 0)
        {
            Volatile.Write(ref slot, 0);
            Retire(page);
        }
        else if (page->Count < page->Capacity / 2)
        {
            Replace(ref slot, page, page->Count, KeyPage.Expiring(page));
        }

        return true;
    }

    /// <summary>Writer only. Forgets every key at once, whatever their number.</summary>
    public void Clear()
    {
        if (_count == 0)
            return;
        Usage?.DropAll();
        var old = Table();
        Volatile.Write(ref _table, (nint)KeyTable.Allocate());
        Volatile.Write(ref _count, 0);
        _isExpecting = false;
        _expiries.Clear();
        _reclaimer.Retire(old, KeyTable.Bytes(old) + _pageBytes);
        _pageBytes = 0;
        FreeSomeOfClearedTables();
    }

    /// <summary>Writer only, when idle: frees pages that wait for readers, and up to this many pages of cleared tables.</summary>
    public void Reclaim(int tableBuckets)
    {
        _reclaimer.Reclaim();
        _reclaimer.ReclaimTables(tableBuckets);
        _expiries.FreeRetired(tableBuckets);
    }

    /// <summary>Waits for readers inside a guard; those that come later get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        var table = (KeyTable*)Interlocked.Exchange(ref _table, 0);
        if (table == null)
            return;
        _reclaimer.Retire(table, KeyTable.Bytes(table) + _pageBytes);
        _reclaimer.ReclaimAll();
        _expiries.Dispose();
        _pageBytes = 0;
    }

    private bool Find(in KeyHash hash, out ValueLocation location, out long expiresAt)
    {
        var table = Table();
        var buckets = KeyTable.Buckets(table);
        while (true)
        {
            var bucket = LinearAddress.Bucket(hash.Low, buckets);
            var page = (KeyPage*)Volatile.Read(ref KeyTable.Slot(table, bucket));
            if (page != null && KeyPage.TryRead(page, hash, out location, out expiresAt))
                return true;
            var bucketsNow = KeyTable.Buckets(table);
            if (bucketsNow == buckets || LinearAddress.Bucket(hash.Low, bucketsNow) == bucket)
            {
                location = default;
                expiresAt = 0;
                return false;
            }

            buckets = bucketsNow;
        }
    }

    private void Overwrite(ref nint slot, KeyPage* page, int index, in KeyHash hash, ValueLocation location, long expiresAt)
    {
        var before = KeyPage.ExpiresAt(page, index);
        if (before == expiresAt)
        {
            KeyPage.SetLocation(page, index, location);
            return;
        }

        if (before != 0)
            _expiries.Remove(TimeOf(hash, before));
        else if (HasNoRoomForTime(page))
            page = Replace(ref slot, page, page->Count, KeyPage.Expiring(page) + 1);
        KeyPage.Set(page, index, location, expiresAt);
        if (expiresAt != 0)
            _expiries.Add(TimeOf(hash, expiresAt));
    }

    private static bool HasNoRoomForTime(KeyPage* page) => page->ExpiryCapacity == 0 || KeyPage.Expiring(page) == page->ExpiryCapacity;

    /// <summary>Publishes a copy of the page with room for <paramref name="count"/> entries, <paramref name="expiring"/> of them with a time.</summary>
    private KeyPage* Replace(ref nint slot, KeyPage* page, int count, int expiring)
    {
        var copy = Allocate(count, expiring);
        if (page != null)
            KeyPage.CopyAll(page, copy);
        Volatile.Write(ref slot, (nint)copy);
        if (page != null)
            Retire(page);
        return copy;
    }

    /// <summary>Adds one bucket, and moves its share of entries out of the one bucket that held them.</summary>
    private void Split(KeyTable* table)
    {
        var next = KeyTable.Buckets(table);
        ref var source = ref KeyTable.Slot(table, LinearAddress.SplitSource(next));
        var page = (KeyPage*)source;
        KeyTable.PrepareNext(table);
        if (page == null)
        {
            KeyTable.PublishNext(table);
            return;
        }

        int moving = 0, movingExpiring = 0;
        for (var i = 0; i < page->Count; i++)
        {
            if (LinearAddress.Bucket(KeyPage.Entry(page, i)->Low, next + 1) != next)
                continue;
            moving++;
            movingExpiring += page->ExpiryCapacity > 0 && KeyPage.ExpiresAt(page, i) != 0 ? 1 : 0;
        }

        var moved = moving == 0 ? null : Allocate(moving, movingExpiring);
        var kept = moving == page->Count ? null : Allocate(page->Count - moving, KeyPage.Expiring(page) - movingExpiring);
        for (var i = 0; i < page->Count; i++)
        {
            var entry = KeyPage.Entry(page, i);
            var hash = new KeyHash(entry->Low, entry->High);
            var expiresAt = page->ExpiryCapacity > 0 ? KeyPage.ExpiresAt(page, i) : 0;
            KeyPage.Append(LinearAddress.Bucket(hash.Low, next + 1) == next ? moved : kept, hash, entry->Location, expiresAt);
        }

        Volatile.Write(ref KeyTable.Slot(table, next), (nint)moved);
        KeyTable.PublishNext(table);
        Volatile.Write(ref source, (nint)kept);
        Retire(page);
    }

    private KeyPage* Allocate(int count, int expiring)
    {
        var page = KeyPage.Allocate(count, expiring);
        _pageBytes += (long)page->Bytes;
        return page;
    }

    private void Retire(KeyPage* page)
    {
        _pageBytes -= (long)page->Bytes;
        _reclaimer.Retire(page);
    }

    private void FreeSomeOfClearedTables()
    {
        if (_reclaimer.HasTables)
            _reclaimer.ReclaimTables(TableBucketsPerChange);
    }

    private KeyTable* Table()
    {
        var table = (KeyTable*)Volatile.Read(ref _table);
        ObjectDisposedException.ThrowIf(table == null, this);
        return table;
    }
}
