using System.Runtime.Intrinsics.X86;

namespace Cluster.Storage.Keys;

/// <summary>
/// Many changes at once. Where a key belongs is known before the memory there is read, so a group of changes asks for its slots, then its pages, then the
/// places inside them, and waits for memory once instead of three times per key.
/// </summary>
public sealed unsafe partial class KeyDirectory
{
    private const int Group = 32;

    // Most pages of a table of the right size end with 28 to 36 entries.
    private const int FirstCapacityWhenExpected = 27;

    private bool _isExpecting;

    /// <summary>Writer only. That many keys are about to come: an empty directory takes the size at once that it would grow to.</summary>
    internal void Expect(long keys)
    {
        if (_count > 0 || keys <= KeyTable.Buckets(Table()) * EntriesPerBucket)
            return;
        var old = Table();
        Volatile.Write(ref _table, (nint)KeyTable.Allocate((keys + EntriesPerBucket - 1) / EntriesPerBucket));
        _reclaimer.Retire(old, KeyTable.Bytes(old));
        _isExpecting = true;
    }

    /// <summary>Writer only. What was expected has come: new pages are small again.</summary>
    internal void EndExpecting() => _isExpecting = false;

    /// <summary>Makes the changes in their order. Writer only.</summary>
    internal void Apply(uint file, ReadOnlySpan<DirectoryOperation> operations)
    {
        while (!operations.IsEmpty)
        {
            var group = operations[..Math.Min(Group, operations.Length)];
            Prefetch(group);
            foreach (ref readonly var operation in group)
            {
                switch (operation.Kind)
                {
                    case DirectoryOperationKind.Put:
                        Put(operation.Hash, operation.Location(file), operation.ExpiresAt);
                        break;
                    case DirectoryOperationKind.Remove:
                        Remove(operation.Hash);
                        break;
                    default:
                        Clear();
                        break;
                }
            }

            operations = operations[group.Length..];
        }
    }

    /// <summary>Only hints to the processor: the changes themselves look again.</summary>
    private void Prefetch(ReadOnlySpan<DirectoryOperation> group)
    {
        if (!Sse.IsSupported)
            return;
        var table = Table();
        var buckets = KeyTable.Buckets(table);
        var slots = stackalloc nint*[Group];
        for (var i = 0; i < group.Length; i++)
        {
            fixed (nint* slot = &KeyTable.Slot(table, LinearAddress.Bucket(group[i].Hash.Low, buckets)))
                slots[i] = slot;
            Sse.Prefetch0(slots[i]);
        }

        for (var i = 0; i < group.Length; i++)
        {
            if (*slots[i] == 0)
                continue;
            Sse.Prefetch0((byte*)*slots[i]);
            Sse.Prefetch0((byte*)*slots[i] + 63);
        }

        for (var i = 0; i < group.Length; i++)
        {
            if (*slots[i] != 0)
                KeyPage.PrefetchFor((KeyPage*)*slots[i], group[i].Hash);
        }
    }
}
