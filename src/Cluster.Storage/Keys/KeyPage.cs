using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Numerics;

namespace Cluster.Storage.Keys;

/// <summary>
/// One bucket of the directory in unmanaged memory: a header, one tag byte per entry, then the entries of 28 bytes.
/// A page has a fixed capacity; a fuller one is a new page.
/// </summary>
/// <remarks>
/// Invariants: (I1) only the directory's writer changes a page. (I2) <c>Capacity</c> never changes and
/// <c>Count &lt;= Capacity</c> at any moment, so that a reader that meets a half-made change still reads inside the page.
/// (I3) an entry below Count changes only while <c>Version</c> is odd; a reader trusts what it read only if the version was
/// even before and the same after. (I4) an entry is appended by writing it first and Count last, without touching the version.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal unsafe struct KeyPage
{
    public const int HeaderBytes = 12;

    /// <summary>Hash 16, file 4, offset 4, length and flags 4.</summary>
    public const int EntryBytes = 28;

    private const int CapacityStep = 4;

    private uint _version;
    private int _count;
    private int _capacity;

    public readonly int Count => _count;

    public readonly int Capacity => _capacity;

    public readonly nuint Bytes => BytesFor(_capacity);

    /// <summary>A page with room for <paramref name="count"/> entries and a few more: seven eighths full or better from 32 on.</summary>
    public static KeyPage* Allocate(int count)
    {
        var capacity = (count + 1 + Math.Max(0, (count - 32) / 16) + CapacityStep - 1) / CapacityStep * CapacityStep;
        var page = (KeyPage*)NativeMemory.Alloc(BytesFor(capacity));
        page->_version = 0;
        page->_count = 0;
        page->_capacity = capacity;
        return page;
    }

    private static nuint BytesFor(int capacity) => (nuint)HeaderBytes + (nuint)capacity * (EntryBytes + 1);

    /// <summary>The low bits of <see cref="KeyHash.Low"/> choose the bucket, so the tag comes from the other half.</summary>
    public static byte Tag(in KeyHash hash) => (byte)(hash.High >> 56);

    /// <summary>Any thread, inside an epoch guard.</summary>
    public static bool TryRead(KeyPage* page, in KeyHash hash, out ValueLocation location)
    {
        for (var spin = new SpinWait(); ; spin.SpinOnce())
        {
            var version = Volatile.Read(ref page->_version);
            if ((version & 1) != 0)
                continue;
            var index = IndexOf(page, hash);
            location = index < 0 ? default : Entry(page, index)->Location;
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

    /// <summary>The entry with this hash, or -1.</summary>
    public static int IndexOf(KeyPage* page, in KeyHash hash)
    {
        var count = Volatile.Read(ref page->_count);
        var tags = Tags(page);
        var wanted = Vector128.Create(Tag(hash));
        for (var start = 0; start < count; start += Vector128<byte>.Count)
        {
            // May read past the tags: the entries of the page lie behind them, and 4 entries are more than one vector.
            var matches = Vector128.Equals(Vector128.Load(tags + start), wanted).ExtractMostSignificantBits();
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

    public static void Append(KeyPage* page, in KeyHash hash, ValueLocation location)
    {
        var index = page->_count;
        var entry = Entry(page, index);
        entry->Low = hash.Low;
        entry->High = hash.High;
        entry->Location = location;
        Tags(page)[index] = Tag(hash);
        Volatile.Write(ref page->_count, index + 1);
    }

    public static void SetLocation(KeyPage* page, int index, ValueLocation location)
    {
        BeginChange(page);
        Entry(page, index)->Location = location;
        EndChange(page);
    }

    /// <summary>The last entry takes the place of the removed one.</summary>
    public static void RemoveAt(KeyPage* page, int index)
    {
        var last = page->_count - 1;
        BeginChange(page);
        *Entry(page, index) = *Entry(page, last);
        Tags(page)[index] = Tags(page)[last];
        page->_count = last;
        EndChange(page);
    }

    public static void CopyAll(KeyPage* from, KeyPage* to)
    {
        var count = from->_count;
        NativeMemory.Copy(Tags(from), Tags(to), (nuint)count);
        NativeMemory.Copy(Entry(from, 0), Entry(to, 0), (nuint)count * EntryBytes);
        to->_count = count;
    }

    public static DirectoryEntry* Entry(KeyPage* page, int index) =>
        (DirectoryEntry*)((byte*)page + HeaderBytes + page->_capacity + (long)index * EntryBytes);

    private static byte* Tags(KeyPage* page) => (byte*)page + HeaderBytes;

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
