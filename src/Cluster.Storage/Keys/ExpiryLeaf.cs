using System.Runtime.InteropServices;

namespace Cluster.Storage.Keys;

/// <summary>
/// A piece of the expiry index in unmanaged memory: a header, the times ascending, then the hash bits that belong to them. The capacity
/// follows the count, so that a leaf costs what it holds.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ExpiryLeaf
{
    /// <summary>Entries from which a leaf is split. One that holds a single pair over and over is longer.</summary>
    public const int Full = 128;

    public const int CapacityStep = 8;

    private const int HeaderBytes = 8;
    private const int EntryBytes = sizeof(long) + sizeof(uint);

    public int Count;
    public int Capacity;

    public static long Bytes(ExpiryLeaf* leaf) => HeaderBytes + (long)leaf->Capacity * EntryBytes;

    public static ExpiryLeaf* Allocate(int count)
    {
        // Longer ones grow by an eighth, so that a long run of one pair is not copied for every few entries.
        var capacity = (count + (count > Full ? count / 8 : 0) + CapacityStep - 1) / CapacityStep * CapacityStep;
        var leaf = (ExpiryLeaf*)NativeMemory.Alloc((nuint)(HeaderBytes + (long)capacity * EntryBytes));
        leaf->Count = 0;
        leaf->Capacity = capacity;
        return leaf;
    }

    public static ExpiryTime At(ExpiryLeaf* leaf, int index) => new(Times(leaf)[index], Bits(leaf)[index]);

    /// <summary>The first entry that is not below <paramref name="time"/>; Count if all are.</summary>
    public static int Find(ExpiryLeaf* leaf, in ExpiryTime time)
    {
        int low = 0, high = leaf->Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (At(leaf, middle).IsBelow(time))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The leaf has room.</summary>
    public static void Insert(ExpiryLeaf* leaf, int index, in ExpiryTime time)
    {
        var behind = (nuint)(leaf->Count - index);
        NativeMemory.Copy(Times(leaf) + index, Times(leaf) + index + 1, behind * sizeof(long));
        NativeMemory.Copy(Bits(leaf) + index, Bits(leaf) + index + 1, behind * sizeof(uint));
        Times(leaf)[index] = time.At;
        Bits(leaf)[index] = time.HashBits;
        leaf->Count++;
    }

    public static void RemoveAt(ExpiryLeaf* leaf, int index)
    {
        var behind = (nuint)(leaf->Count - index - 1);
        NativeMemory.Copy(Times(leaf) + index + 1, Times(leaf) + index, behind * sizeof(long));
        NativeMemory.Copy(Bits(leaf) + index + 1, Bits(leaf) + index, behind * sizeof(uint));
        leaf->Count--;
    }

    /// <summary>Adds entries of another leaf at the end; there is room.</summary>
    public static void Append(ExpiryLeaf* leaf, ExpiryLeaf* from, int start, int count)
    {
        NativeMemory.Copy(Times(from) + start, Times(leaf) + leaf->Count, (nuint)count * sizeof(long));
        NativeMemory.Copy(Bits(from) + start, Bits(leaf) + leaf->Count, (nuint)count * sizeof(uint));
        leaf->Count += count;
    }

    /// <summary>The place nearest to the middle where a split does not separate equal pairs; 0 if there is none.</summary>
    public static int SplitPlace(ExpiryLeaf* leaf)
    {
        var middle = leaf->Count / 2;
        for (var distance = 0; distance < middle; distance++)
        {
            if (At(leaf, middle - distance - 1) != At(leaf, middle - distance))
                return middle - distance;
            if (middle + distance + 1 < leaf->Count && At(leaf, middle + distance) != At(leaf, middle + distance + 1))
                return middle + distance + 1;
        }

        return 0;
    }

    private static long* Times(ExpiryLeaf* leaf) => (long*)((byte*)leaf + HeaderBytes);

    private static uint* Bits(ExpiryLeaf* leaf) => (uint*)(Times(leaf) + leaf->Capacity);
}
