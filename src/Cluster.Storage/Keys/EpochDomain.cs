namespace Cluster.Storage.Keys;

/// <summary>
/// Tells writers when memory that they have unlinked can no longer be in a reader's hands.
/// A reader marks itself with the epoch it entered in; a writer unlinks memory, then advances the epoch, and may free the
/// memory once every marked reader entered in that epoch or later.
/// </summary>
/// <remarks>
/// Invariants: (I1) a reader loads shared pointers only between <see cref="Enter"/> and <see cref="Guard.Dispose"/>.
/// (I2) a writer unlinks before it calls <see cref="Advance"/>, which is a full fence: a reader whose mark is at least the
/// returned epoch, or whose mark was not yet there when <see cref="OldestReader"/> looked, cannot load what was unlinked.
/// Readers never wait for writers; a reader must not block inside a guard, since that holds back every free of the domain.
/// </remarks>
public sealed class EpochDomain
{
    /// <summary>The default domain: guards are short, so all shards of a process share one.</summary>
    public static EpochDomain Shared { get; } = new();

    private const int SlotCount = 128;

    // 128 bytes apart: two readers never share a cache line (adjacent-line prefetch included).
    private const int SlotStride = 16;

    private readonly long[] _slots = new long[(SlotCount + 1) * SlotStride];
    private long _epoch = 1;

    public Guard Enter()
    {
        var slot = Environment.CurrentManagedThreadId & (SlotCount - 1);
        for (var spin = new SpinWait(); ;)
        {
            for (var probe = 0; probe < SlotCount; probe++)
            {
                ref var mark = ref _slots[(slot + 1) * SlotStride];
                // The compare-exchange is the fence between the mark and the reader's first pointer load (I2).
                if (Volatile.Read(ref mark) == 0 && Interlocked.CompareExchange(ref mark, Volatile.Read(ref _epoch), 0) == 0)
                    return new Guard(ref mark);
                slot = (slot + 1) & (SlotCount - 1);
            }

            spin.SpinOnce();
        }
    }

    /// <summary>Call after unlinking: what was unlinked may be freed once <see cref="OldestReader"/> has reached the result.</summary>
    public long Advance() => Interlocked.Increment(ref _epoch);

    /// <summary>The epoch of the oldest reader still inside a guard; <see cref="long.MaxValue"/> if there is none.</summary>
    public long OldestReader()
    {
        var oldest = long.MaxValue;
        for (var slot = 0; slot < SlotCount; slot++)
        {
            var mark = Volatile.Read(ref _slots[(slot + 1) * SlotStride]);
            if (mark != 0 && mark < oldest)
                oldest = mark;
        }

        return oldest;
    }

    public ref struct Guard
    {
        private ref long _mark;

        internal Guard(ref long mark) => _mark = ref mark;

        public void Dispose()
        {
            Volatile.Write(ref _mark, 0);
        }
    }
}
