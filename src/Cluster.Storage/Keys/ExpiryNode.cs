using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cluster.Storage.Keys;

/// <summary>An inner node of the expiry index in unmanaged memory: what lies below each child's first bound belongs to the child before it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ExpiryNode
{
    public const int Full = 64;

    public int Count;
    private fixed long _at[Full];
    private fixed uint _bits[Full];
    private fixed ulong _children[Full];

    public static ExpiryNode* Allocate()
    {
        var node = (ExpiryNode*)NativeMemory.Alloc((nuint)sizeof(ExpiryNode));
        node->Count = 0;
        return node;
    }

    public static ref nint Child(ExpiryNode* node, int index) => ref Unsafe.As<ulong, nint>(ref node->_children[index]);

    /// <summary>Not above any entry of the child, and above every entry of the child before it; of the first child it has no meaning.</summary>
    public static ExpiryTime Bound(ExpiryNode* node, int index) => new(node->_at[index], node->_bits[index]);

    /// <summary>The child in which that entry is or belongs.</summary>
    public static int Find(ExpiryNode* node, in ExpiryTime time)
    {
        int low = 1, high = node->Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (time.IsBelow(Bound(node, middle)))
                high = middle;
            else
                low = middle + 1;
        }

        return low - 1;
    }

    /// <summary>There is room.</summary>
    public static void Insert(ExpiryNode* node, int index, in ExpiryTime bound, nint child)
    {
        for (var i = node->Count; i > index; i--)
            Copy(node, i - 1, node, i);
        node->_at[index] = bound.At;
        node->_bits[index] = bound.HashBits;
        node->_children[index] = (ulong)child;
        node->Count++;
    }

    public static void RemoveAt(ExpiryNode* node, int index)
    {
        for (var i = index + 1; i < node->Count; i++)
            Copy(node, i, node, i - 1);
        node->Count--;
    }

    /// <summary>Adds children of another node at the end, the first of them with that bound.</summary>
    public static void Append(ExpiryNode* node, ExpiryNode* from, int start, int count, in ExpiryTime firstBound)
    {
        for (var i = 0; i < count; i++)
            Copy(from, start + i, node, node->Count + i);
        node->_at[node->Count] = firstBound.At;
        node->_bits[node->Count] = firstBound.HashBits;
        node->Count += count;
    }

    private static void Copy(ExpiryNode* from, int source, ExpiryNode* to, int target)
    {
        to->_at[target] = from->_at[source];
        to->_bits[target] = from->_bits[source];
        to->_children[target] = from->_children[source];
    }
}
