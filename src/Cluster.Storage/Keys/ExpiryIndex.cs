using System.Runtime.InteropServices;

namespace Cluster.Storage.Keys;

/// <summary>
/// When the committed keys of a shard expire, in the order of time: a B+ tree in unmanaged memory, about 13 bytes per key that expires
/// (its time stands once more in the directory, so that it is found by key). Belongs to the directory and its writer alone.
/// </summary>
/// <remarks>
/// Invariants: (I1) it holds the pair of every key of the directory that expires, as often as there are such keys. (I2) equal pairs lie in
/// one leaf, so that a descent finds all of them. (I3) every leaf has an entry, and two neighbours under one node that are both mostly
/// empty become one. A change costs one descent, and at worst a split or a merge on each level; nothing is ever rebuilt.
/// </remarks>
internal sealed unsafe class ExpiryIndex : IDisposable
{
    private const int MergeBelow = 4;

    // After Clear, each change frees this many nodes of what was there.
    private const int RetiredPerChange = 4;

    private readonly Stack<(nint Node, int Height)> _retired = new();
    private nint _root;
    private int _height;
    private long _count;
    private long _bytes;

    /// <summary>Any thread.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Unmanaged bytes held.</summary>
    public long AllocatedBytes => _bytes;

    public void Add(in ExpiryTime time)
    {
        FreeRetired(RetiredPerChange);
        if (_root == 0)
            _root = (nint)NewLeaf(1);
        if (Insert(ref _root, _height, time, isLast: true, out var split))
        {
            var root = ExpiryNode.Allocate();
            _bytes += sizeof(ExpiryNode);
            ExpiryNode.Insert(root, 0, ExpiryTime.Lowest, _root);
            ExpiryNode.Insert(root, 1, split.Bound, split.Node);
            _root = (nint)root;
            _height++;
        }

        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Takes one such pair out; it is there.</summary>
    public void Remove(in ExpiryTime time)
    {
        FreeRetired(RetiredPerChange);
        Invariant.Check(_root != 0, "I1: a key that expires is in the index");
        Remove(ref _root, _height, time);
        while (_height > 0 && ((ExpiryNode*)_root)->Count == 1)
        {
            var child = ExpiryNode.Child((ExpiryNode*)_root, 0);
            Free((ExpiryNode*)_root);
            _root = child;
            _height--;
        }

        if (_height == 0 && ((ExpiryLeaf*)_root)->Count == 0)
        {
            Free((ExpiryLeaf*)_root);
            _root = 0;
        }

        Volatile.Write(ref _count, _count - 1);
    }

    /// <summary>The first pair that is not below <paramref name="from"/>.</summary>
    public bool TryFirst(in ExpiryTime from, out ExpiryTime found)
    {
        found = default;
        return _root != 0 && TryFirst(_root, _height, from, out found);
    }

    /// <summary>Forgets everything at once; the memory is freed a few nodes per later change.</summary>
    public void Clear()
    {
        if (_root != 0)
            _retired.Push((_root, _height));
        _root = 0;
        _height = 0;
        Volatile.Write(ref _count, 0);
        FreeRetired(RetiredPerChange);
    }

    /// <summary>Frees up to that many nodes of what was cleared.</summary>
    public void FreeRetired(int nodes)
    {
        for (; nodes > 0 && _retired.TryPop(out var retired); nodes--)
        {
            if (retired.Height == 0)
            {
                Free((ExpiryLeaf*)retired.Node);
                continue;
            }

            var node = (ExpiryNode*)retired.Node;
            for (var i = 0; i < node->Count; i++)
                _retired.Push((ExpiryNode.Child(node, i), retired.Height - 1));
            Free(node);
        }
    }

    public void Dispose()
    {
        Clear();
        FreeRetired(int.MaxValue);
    }

    private static bool TryFirst(nint slot, int height, in ExpiryTime from, out ExpiryTime found)
    {
        found = default;
        if (height == 0)
        {
            var leaf = (ExpiryLeaf*)slot;
            var index = ExpiryLeaf.Find(leaf, from);
            if (index == leaf->Count)
                return false;
            found = ExpiryLeaf.At(leaf, index);
            return true;
        }

        // Every leaf has an entry (I3), so at most one neighbour is asked on each level.
        var node = (ExpiryNode*)slot;
        for (var child = ExpiryNode.Find(node, from); child < node->Count; child++)
        {
            if (TryFirst(ExpiryNode.Child(node, child), height - 1, from, out found))
                return true;
        }

        return false;
    }

    /// <summary>True: the node was split, and the new one belongs behind it.</summary>
    private bool Insert(ref nint slot, int height, in ExpiryTime time, bool isLast, out Split split)
    {
        if (height == 0)
            return InsertIntoLeaf(ref slot, time, isLast, out split);
        var node = (ExpiryNode*)slot;
        var child = ExpiryNode.Find(node, time);
        if (!Insert(ref ExpiryNode.Child(node, child), height - 1, time, isLast && child == node->Count - 1, out split))
            return false;
        if (node->Count < ExpiryNode.Full)
        {
            ExpiryNode.Insert(node, child + 1, split.Bound, split.Node);
            return false;
        }

        // Times mostly ascend: the last node of its level stays full and its successor begins empty.
        var kept = isLast && child == node->Count - 1 ? node->Count : node->Count / 2;
        var right = ExpiryNode.Allocate();
        _bytes += sizeof(ExpiryNode);
        if (kept == node->Count)
        {
            ExpiryNode.Insert(right, 0, split.Bound, split.Node);
            split = new Split(split.Bound, (nint)right);
            return true;
        }

        var bound = ExpiryNode.Bound(node, kept);
        ExpiryNode.Append(right, node, kept, node->Count - kept, bound);
        node->Count = kept;
        if (child < kept)
            ExpiryNode.Insert(node, child + 1, split.Bound, split.Node);
        else
            ExpiryNode.Insert(right, child + 1 - kept, split.Bound, split.Node);
        split = new Split(bound, (nint)right);
        return true;
    }

    private bool InsertIntoLeaf(ref nint slot, in ExpiryTime time, bool isLast, out Split split)
    {
        split = default;
        var leaf = (ExpiryLeaf*)slot;
        var index = ExpiryLeaf.Find(leaf, time);
        if (leaf->Count >= ExpiryLeaf.Full && (leaf->Count & (ExpiryLeaf.Full - 1)) == 0)
        {
            var atEnd = isLast && index == leaf->Count && ExpiryLeaf.At(leaf, index - 1) != time;
            var kept = atEnd ? leaf->Count : ExpiryLeaf.SplitPlace(leaf);
            if (kept > 0)
            {
                var right = NewLeaf(leaf->Count - kept + 1);
                ExpiryLeaf.Append(right, leaf, kept, leaf->Count - kept);
                var bound = atEnd ? time : ExpiryLeaf.At(leaf, kept);
                leaf->Count = kept;
                if (time.IsBelow(bound))
                    InsertAt(ref slot, index, time);
                else
                    ExpiryLeaf.Insert(right, index - kept, time);
                FitIfSparse(ref slot);
                split = new Split(bound, (nint)right);
                return true;
            }
        }

        InsertAt(ref slot, index, time);
        return false;
    }

    private void InsertAt(ref nint slot, int index, in ExpiryTime time)
    {
        var leaf = (ExpiryLeaf*)slot;
        if (leaf->Count == leaf->Capacity)
            leaf = Resize(ref slot, leaf->Count + 1);
        ExpiryLeaf.Insert(leaf, index, time);
    }

    private void Remove(ref nint slot, int height, in ExpiryTime time)
    {
        if (height == 0)
        {
            var leaf = (ExpiryLeaf*)slot;
            var index = ExpiryLeaf.Find(leaf, time);
            Invariant.Check(index < leaf->Count && ExpiryLeaf.At(leaf, index) == time, "I1: a key that expires is in the index");
            ExpiryLeaf.RemoveAt(leaf, index);
            if (leaf->Count > 0)
                FitIfSparse(ref slot);
            return;
        }

        var node = (ExpiryNode*)slot;
        var child = ExpiryNode.Find(node, time);
        Remove(ref ExpiryNode.Child(node, child), height - 1, time);
        MendChild(node, child, height - 1);
    }

    /// <summary>Keeps I3 after a child has lost an entry.</summary>
    private void MendChild(ExpiryNode* node, int child, int height)
    {
        var count = CountOf(ExpiryNode.Child(node, child), height);
        var full = height == 0 ? ExpiryLeaf.Full : ExpiryNode.Full;
        if (count == 0)
        {
            FreeNode(ExpiryNode.Child(node, child), height);
            ExpiryNode.RemoveAt(node, child);
        }
        else if (count < full / MergeBelow && node->Count > 1)
        {
            var left = child > 0 ? child - 1 : child;
            var right = left + 1;
            if (CountOf(ExpiryNode.Child(node, left), height) + CountOf(ExpiryNode.Child(node, right), height) <= full * 3 / 4)
                MergeChildren(node, left, right, height);
        }
    }

    private void MergeChildren(ExpiryNode* node, int left, int right, int height)
    {
        if (height == 0)
        {
            var from = (ExpiryLeaf*)ExpiryNode.Child(node, right);
            ref var slot = ref ExpiryNode.Child(node, left);
            var into = (ExpiryLeaf*)slot;
            if (into->Count + from->Count > into->Capacity)
                into = Resize(ref slot, into->Count + from->Count);
            ExpiryLeaf.Append(into, from, 0, from->Count);
            Free(from);
        }
        else
        {
            var from = (ExpiryNode*)ExpiryNode.Child(node, right);
            ExpiryNode.Append((ExpiryNode*)ExpiryNode.Child(node, left), from, 0, from->Count, ExpiryNode.Bound(node, right));
            Free(from);
        }

        ExpiryNode.RemoveAt(node, right);
    }

    private void FitIfSparse(ref nint slot)
    {
        var leaf = (ExpiryLeaf*)slot;
        if (leaf->Capacity - leaf->Count >= Math.Max(ExpiryLeaf.CapacityStep, leaf->Capacity / 4))
            Resize(ref slot, leaf->Count);
    }

    private ExpiryLeaf* Resize(ref nint slot, int count)
    {
        var old = (ExpiryLeaf*)slot;
        var leaf = NewLeaf(count);
        ExpiryLeaf.Append(leaf, old, 0, old->Count);
        Free(old);
        slot = (nint)leaf;
        return leaf;
    }

    private ExpiryLeaf* NewLeaf(int count)
    {
        var leaf = ExpiryLeaf.Allocate(count);
        _bytes += ExpiryLeaf.Bytes(leaf);
        return leaf;
    }

    private static int CountOf(nint node, int height) => height == 0 ? ((ExpiryLeaf*)node)->Count : ((ExpiryNode*)node)->Count;

    private void FreeNode(nint node, int height)
    {
        if (height == 0)
            Free((ExpiryLeaf*)node);
        else
            Free((ExpiryNode*)node);
    }

    private void Free(ExpiryLeaf* leaf)
    {
        _bytes -= ExpiryLeaf.Bytes(leaf);
        NativeMemory.Free(leaf);
    }

    private void Free(ExpiryNode* node)
    {
        _bytes -= sizeof(ExpiryNode);
        NativeMemory.Free(node);
    }

    private readonly record struct Split(ExpiryTime Bound, nint Node);
}
