namespace Cluster.Storage;

/// <summary>
/// How many use a thing that is freed with the last of them. Begins with one, the owner's; a thing that was freed is never used again.
/// A field of the thing, never copied. Any thread.
/// </summary>
internal struct ReferenceCount()
{
    private int _count = 1;

    /// <summary>False: freed already.</summary>
    public bool TryAdd()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _count);
            if (seen == 0)
                return false;
            if (Interlocked.CompareExchange(ref _count, seen + 1, seen) == seen)
                return true;
        }
    }

    /// <summary>Only for who knows that it is not freed: a holder, or under the lock that the owner's end is counted under.</summary>
    public void Add() => Interlocked.Increment(ref _count);

    /// <summary>True: that was the last one, so the caller frees the thing.</summary>
    public bool RemoveIsLast() => Interlocked.Decrement(ref _count) == 0;
}
