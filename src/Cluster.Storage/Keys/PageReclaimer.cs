using System.Runtime.InteropServices;

namespace Cluster.Storage.Keys;

/// <summary>
/// Frees what a directory has unlinked once no reader can hold it: single pages in batches, whole tables a few pages at a time,
/// so that clearing a directory of any size costs no pause. Used by the directory's writer only.
/// </summary>
internal sealed unsafe class PageReclaimer(EpochDomain epochs)
{
    // A batch shares one epoch and one look at the readers' marks.
    private const int BatchPages = 64;

    private readonly Queue<Retired> _retired = new(4 * BatchPages);
    private readonly Queue<RetiredTable> _tables = new();
    private int _unstamped;
    private readonly nint[] _fresh = new nint[BatchPages];

    /// <summary>Bytes that are unlinked but not freed yet.</summary>
    public long PendingBytes { get; private set; }

    public bool HasTables => _tables.Count > 0;

    public void Retire(KeyPage* page)
    {
        PendingBytes += (long)page->Bytes;
        _fresh[_unstamped++] = (nint)page;
        if (_unstamped == BatchPages)
            Reclaim();
    }

    public void Retire(KeyTable* table, long bytes)
    {
        PendingBytes += bytes;
        _tables.Enqueue(new RetiredTable((nint)table, epochs.Advance(), 0, bytes));
    }

    /// <summary>Frees every page that no reader can hold.</summary>
    public void Reclaim()
    {
        if (_unstamped > 0)
        {
            var epoch = epochs.Advance();
            for (var i = 0; i < _unstamped; i++)
                _retired.Enqueue(new Retired(_fresh[i], epoch));
            _unstamped = 0;
        }

        if (_retired.Count == 0)
            return;
        var oldest = epochs.OldestReader();
        while (_retired.TryPeek(out var retired) && retired.Epoch <= oldest)
        {
            _retired.Dequeue();
            var page = (KeyPage*)retired.Page;
            PendingBytes -= (long)page->Bytes;
            NativeMemory.Free(page);
        }
    }

    /// <summary>Frees the pages of up to <paramref name="buckets"/> buckets of retired tables.</summary>
    public void ReclaimTables(int buckets)
    {
        while (buckets > 0 && _tables.TryPeek(out var retired) && retired.Epoch <= epochs.OldestReader())
        {
            _tables.Dequeue();
            var table = (KeyTable*)retired.Table;
            var next = retired.NextBucket;
            var end = Math.Min(KeyTable.Buckets(table), next + buckets);
            buckets -= (int)(end - next);
            for (; next < end; next++)
                NativeMemory.Free((void*)KeyTable.Slot(table, next));

            if (next == KeyTable.Buckets(table))
            {
                KeyTable.Free(table);
                PendingBytes -= retired.Bytes;
                continue;
            }

            // Put back at the end: the order among retired tables does not matter.
            _tables.Enqueue(retired with { NextBucket = next });
        }
    }

    /// <summary>Waits for the last readers (they never block inside a guard) and frees everything.</summary>
    public void ReclaimAll()
    {
        var epoch = epochs.Advance();
        for (var spin = new SpinWait(); epochs.OldestReader() < epoch;)
            spin.SpinOnce();
        Reclaim();
        while (_tables.Count > 0)
            ReclaimTables(int.MaxValue);
    }

    private readonly record struct Retired(nint Page, long Epoch);

    private readonly record struct RetiredTable(nint Table, long Epoch, long NextBucket, long Bytes);
}
