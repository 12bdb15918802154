using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Numerics;

namespace Cluster.Storage.Keys;

/// <summary>
/// One bucket of the directory in unmanaged memory: a header, one tag byte per entry, the entries of 28 bytes, then the times of those
/// that expire, in the order of their entries. A page has fixed capacities; a fuller one is a new page.
/// </summary>
/// <remarks>
/// Invariants: (I1) only the directory's writer changes a page. (I2) the capacities never change, <c>Count &lt;= Capacity</c> at any
/// moment, and a rank is compared with the capacity of the times before it is used, so that a reader that meets a half-made change still
/// reads inside the page. (I3) an entry below Count changes only while <c>Version</c> is odd; a reader trusts what it read only if the
/// version was even before and the same after. (I4) an entry is appended by writing it first and Count last, without touching the version.
/// (I5) the top bit of a tag says that the entry expires; its time is the one whose number is that of such tags before it.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal unsafe struct KeyPage
{
    public const int HeaderBytes = 16;

    /// <summary>Hash 16, file 4, offset 4, length and flags 4.</summary>
    public const int EntryBytes = 28;

    private const int CapacityStep = 4;
    private const byte ExpiresTag = 0x80;

    private uint _version;
    private int _count;
    private int _capacity;
    private int _expiryCapacity;

    public readonly int Count => _count;

    public readonly int Capacity => _capacity;

    public readonly int ExpiryCapacity => _expiryCapacity;

    public readonly nuint Bytes => BytesFor(_capacity, _expiryCapacity);

    /// <summary>
    /// A page with room for <paramref name="count"/> entries, <paramref name="expiring"/> of which expire, and a few more: seven eighths
    /// full or better from 32 on.
    /// </summary>
    public static KeyPage* Allocate(int count, int expiring)
    {
        var capacity = Capacities(count);
        var expiryCapacity = expiring == 0 ? 0 : Math.Min(capacity, Capacities(expiring));
        var page = (KeyPage*)NativeMemory.Alloc(BytesFor(capacity, expiryCapacity));
        page->_version = 0;
        page->_count = 0;
        page->_capacity = capacity;
        page->_expiryCapacity = expiryCapacity;
        return page;
    }

    private static int Capacities(int count)
    {
        // The usual page grows in larger steps: each is a copy of a kilobyte.
        var step = count < 24 ? CapacityStep : 2 * CapacityStep;
        return (count + 1 + Math.Max(0, (count - 32) / 16) + step - 1) / step * step;
    }

    private static nuint BytesFor(int capacity, int expiryCapacity) =>
        (nuint)HeaderBytes + (nuint)capacity * (EntryBytes + 1) + (nuint)expiryCapacity * sizeof(long);

    /// <summary>The low bits of <see cref="KeyHash.Low"/> choose the bucket, so the tag comes from the other half.</summary>
    private static byte Tag(in KeyHash hash) => (byte)((hash.High >> 56) & 0x7f);

    /// <summary>Any thread, inside an epoch guard.</summary>
    public static bool TryRead(KeyPage* page, in KeyHash hash, out ValueLocation location, out long expiresAt)
    {
        for (var spin = new SpinWait(); ; spin.SpinOnce())
        {
            var version = Volatile.Read(ref page->_version);
            if ((version & 1) != 0)
                continue;
            var index = IndexOf(page, hash);
            location = index < 0 ? default : Entry(page, index)->Location;
            expiresAt = index < 0 ? 0 : ExpiresAt(page, index);
            Volatile.ReadBarrier();
            if (Volatile.Read(ref page->_version) == version)
                return index >= 0;
        }
    }

    /// <summary>
    /// Adds the places of the entries in an interval of the scan's order, up to <paramref name="end"/> or, if that is 0, to its end. Any
    /// thread, inside an epoch guard.
    /// </summary>
    public static void Collect(KeyPage* page, ulong from, ulong end, List<ValueLocation> found)
    {
        var before = found.Count;
        for (var spin = new SpinWait(); ; spin.SpinOnce())
        {
            var version = Volatile.Read(ref page->_version);
            if ((version & 1) != 0)
                continue;
            var count = Volatile.Read(ref page->_count);
            for (var i = 0; i < count; i++)
            {
                var place = KeyDirectory.Reverse(Entry(page, i)->Low);
                if (place >= from && (end == 0 || place < end))
                    found.Add(Entry(page, i)->Location);
            }

            Volatile.ReadBarrier();
            if (Volatile.Read(ref page->_version) == version)
                return;
            found.RemoveRange(before, found.Count - before);
        }
    }

    /// <summary>Adds the entries that expire at that time and whose hash ends in those bits. Writer only.</summary>
    public static void CollectExpiring(KeyPage* page, uint lowBits, long expiresAt, List<ExpiredKey> found)
    {
        for (int i = 0, rank = 0; i < page->_count; i++)
        {
            if ((Tags(page)[i] & ExpiresTag) == 0)
                continue;
            var entry = Entry(page, i);
            if ((uint)entry->Low == lowBits && Times(page)[rank] == expiresAt)
                found.Add(new ExpiredKey(new KeyHash(entry->Low, entry->High), entry->Location, expiresAt));
            rank++;
        }
    }

    /// <summary>The entry with this hash, or -1.</summary>
    public static int IndexOf(KeyPage* page, in KeyHash hash)
    {
        var count = Volatile.Read(ref page->_count);
        var tags = Tags(page);
        var wanted = Vector128.Create(Tag(hash));
        var mask = Vector128.Create((byte)0x7f);
        for (var start = 0; start < count; start += Vector128<byte>.Count)
        {
            // May read past the tags: the entries of the page lie behind them, and 4 entries are more than one vector.
            var matches = Vector128.Equals(Vector128.Load(tags + start) & mask, wanted).ExtractMostSignificantBits();
            if (count - start < Vector128<byte>.Count)
                matches &= (1u << (count - start)) - 1;
            for (; matches != 0; matches &= matches - 1)
            {
                var index = start + BitOperations.TrailingZeroCount(matches);
                var entry = Entry(page, index);
                if (entry->Low == hash.Low && entry->High == hash.High)
                    return index;
            }
        }

        return -1;
    }

    /// <summary>Asks for the memory of the entries that may be this key's, and of the next entry to be appended.</summary>
    public static void PrefetchFor(KeyPage* page, in KeyHash hash)
    {
        var count = page->_count;
        var wanted = Vector128.Create(Tag(hash));
        var mask = Vector128.Create((byte)0x7f);
        for (var start = 0; start < count; start += Vector128<byte>.Count)
        {
            var matches = Vector128.Equals(Vector128.Load(Tags(page) + start) & mask, wanted).ExtractMostSignificantBits();
            if (matches != 0)
                Sse.Prefetch0(Entry(page, start + BitOperations.TrailingZeroCount(matches)));
        }

        var next = (byte*)Entry(page, count);
        Sse.Prefetch0(next);
        Sse.Prefetch0(next + EntryBytes - 1);
    }

    /// <summary>Entries that expire. Writer only.</summary>
    public static int Expiring(KeyPage* page) => Rank(page, page->_count);

    /// <summary>When the entry expires, 0 for never.</summary>
    public static long ExpiresAt(KeyPage* page, int index)
    {
        if ((Tags(page)[index] & ExpiresTag) == 0)
            return 0;
        var rank = Rank(page, index);
        return rank < page->_expiryCapacity ? Times(page)[rank] : 0;
    }

    /// <summary>The page has room for the entry, and for its time if it has one.</summary>
    public static void Append(KeyPage* page, in KeyHash hash, ValueLocation location, long expiresAt)
    {
        var index = page->_count;
        var entry = Entry(page, index);
        entry->Low = hash.Low;
        entry->High = hash.High;
        entry->Location = location;
        if (expiresAt != 0)
            Times(page)[Rank(page, index)] = expiresAt;
        Tags(page)[index] = (byte)(Tag(hash) | (expiresAt != 0 ? ExpiresTag : 0));
        Volatile.Write(ref page->_count, index + 1);
    }

    public static void SetLocation(KeyPage* page, int index, ValueLocation location)
    {
        BeginChange(page);
        Entry(page, index)->Location = location;
        EndChange(page);
    }

    /// <summary>Place and time change together. If the entry did not expire before and does now, the page has room for the time.</summary>
    public static void Set(KeyPage* page, int index, ValueLocation location, long expiresAt)
    {
        var tag = Tags(page) + index;
        var expired = (*tag & ExpiresTag) != 0;
        var rank = expired || expiresAt != 0 ? Rank(page, index) : 0;
        var behind = expired == (expiresAt != 0) ? 0 : Expiring(page) - rank;
        var time = Times(page) + rank;
        BeginChange(page);
        Entry(page, index)->Location = location;
        if (expiresAt != 0)
        {
            if (!expired)
                Buffer.MemoryCopy(time, time + 1, behind * sizeof(long), behind * sizeof(long));
            *time = expiresAt;
            *tag |= ExpiresTag;
        }
        else if (expired)
        {
            Buffer.MemoryCopy(time + 1, time, (behind - 1) * sizeof(long), (behind - 1) * sizeof(long));
            *tag &= 0x7f;
        }

        EndChange(page);
    }

    /// <summary>The last entry takes the place of the removed one, its time the place that belongs to it there.</summary>
    public static void RemoveAt(KeyPage* page, int index)
    {
        var last = page->_count - 1;
        var tags = Tags(page);
        var removedExpires = (tags[index] & ExpiresTag) != 0;
        var lastExpires = (tags[last] & ExpiresTag) != 0;
        BeginChange(page);
        if (index != last && (removedExpires || lastExpires))
        {
            var time = Times(page) + Rank(page, index);
            var end = Times(page) + Expiring(page);
            var lastTime = end[-1];
            if (!removedExpires)
                Buffer.MemoryCopy(time, time + 1, (end - time - 1) * sizeof(long), (end - time - 1) * sizeof(long));
            else if (!lastExpires)
                Buffer.MemoryCopy(time + 1, time, (end - time - 1) * sizeof(long), (end - time - 1) * sizeof(long));
            if (lastExpires)
                *time = lastTime;
        }

        *Entry(page, index) = *Entry(page, last);
        tags[index] = tags[last];
        page->_count = last;
        EndChange(page);
    }

    public static void CopyAll(KeyPage* from, KeyPage* to)
    {
        var count = from->_count;
        NativeMemory.Copy(Tags(from), Tags(to), (nuint)count);
        NativeMemory.Copy(Entry(from, 0), Entry(to, 0), (nuint)count * EntryBytes);
        if (from->_expiryCapacity > 0)
            NativeMemory.Copy(Times(from), Times(to), (nuint)Rank(from, count) * sizeof(long));
        to->_count = count;
    }

    public static DirectoryEntry* Entry(KeyPage* page, int index) =>
        (DirectoryEntry*)((byte*)page + HeaderBytes + page->_capacity + (long)index * EntryBytes);

    private static byte* Tags(KeyPage* page) => (byte*)page + HeaderBytes;

    private static long* Times(KeyPage* page) => (long*)Entry(page, page->_capacity);

    /// <summary>How many of the first entries expire.</summary>
    private static int Rank(KeyPage* page, int entries)
    {
        if (page->_expiryCapacity == 0)
            return 0;
        var rank = 0;
        for (var start = 0; start < entries; start += Vector128<byte>.Count)
        {
            var marks = Vector128.Load(Tags(page) + start).ExtractMostSignificantBits();
            if (entries - start < Vector128<byte>.Count)
                marks &= (1u << (entries - start)) - 1;
            rank += BitOperations.PopCount(marks);
        }

        return rank;
    }

    private static void BeginChange(KeyPage* page)
    {
        page->_version++;
        Volatile.WriteBarrier();
    }

    private static void EndChange(KeyPage* page) => Volatile.Write(ref page->_version, page->_version + 1);
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct DirectoryEntry
{
    public ulong Low;
    public ulong High;
    public ValueLocation Location;
}
