using Cluster.Storage.Keys.DataFiles;

namespace Cluster.Storage.Keys.Merge;

/// <summary>
/// How many bytes of values were put into each file of the shard, and how many of them the directory still points to: what a merge would gain. Kept
/// by the directory at every change, so an opening rebuilds it by the way. The directory's writer changes it; any thread reads it, a little late.
/// </summary>
internal sealed class FileUsage
{
    // File numbers are never used twice: pages of counters, freed when the files of a whole page are gone.
    private const int PageBits = 10;
    private const int PageFiles = 1 << PageBits;

    private readonly Lock _gate = new();
    private Page?[] _log = [];
    private Page?[] _data = [];

    public void Add(ValueLocation location)
    {
        ref var counters = ref Of(location.File);
        counters.Put += location.Length;
        counters.Live += location.Length;
    }

    /// <summary>The value there was overwritten or deleted.</summary>
    public void Drop(ValueLocation location) => Of(location.File).Live -= location.Length;

    /// <summary>The value has moved.</summary>
    public void Move(ValueLocation from, ValueLocation to)
    {
        Of(from.File).Live -= from.Length;
        Add(to);
    }

    public void DropAll()
    {
        foreach (var pages in new[] { _log, _data })
        {
            foreach (var page in pages)
            {
                for (var i = 0; page is not null && i < PageFiles; i++)
                    page.Counters[i].Live = 0;
            }
        }
    }

    /// <summary>Share of the values in a file that the directory points to; 0 for a file without values. Any thread.</summary>
    public double LiveShare(uint file)
    {
        var pages = Volatile.Read(ref IsData(file) ? ref _data : ref _log);
        var index = (int)(file & ~DataFile.NumberFlag);
        if (index >> PageBits >= pages.Length || Volatile.Read(ref pages[index >> PageBits]) is not { } page)
            return 0;
        ref var counters = ref page.Counters[index & (PageFiles - 1)];
        var put = Volatile.Read(ref counters.Put);
        return put <= 0 ? 0 : Math.Clamp((double)Volatile.Read(ref counters.Live) / put, 0, 1);
    }

    /// <summary>The file is gone, and no key of the directory points to it. Any thread.</summary>
    public void Forget(uint file)
    {
        lock (_gate)
        {
            var pages = IsData(file) ? _data : _log;
            var index = (int)(file & ~DataFile.NumberFlag);
            var at = index >> PageBits;
            if (at < pages.Length - 1 && pages[at] is { } page && ++page.Forgotten >= PageFiles - (at == 0 ? 1 : 0))
                Volatile.Write(ref pages[at], null);
        }
    }

    private static bool IsData(uint file) => (file & DataFile.NumberFlag) != 0;

    private ref Counter Of(uint file)
    {
        var pages = IsData(file) ? _data : _log;
        var index = (int)(file & ~DataFile.NumberFlag);
        if (index >> PageBits < pages.Length && pages[index >> PageBits] is { } page)
            return ref page.Counters[index & (PageFiles - 1)];
        return ref Grow(file, index >> PageBits).Counters[index & (PageFiles - 1)];
    }

    private Page Grow(uint file, int at)
    {
        lock (_gate)
        {
            ref var pages = ref IsData(file) ? ref _data : ref _log;
            if (at >= pages.Length)
            {
                var larger = new Page?[at + 1];
                pages.CopyTo(larger, 0);
                Volatile.Write(ref pages, larger);
            }

            return pages[at] ??= new Page();
        }
    }

    private struct Counter
    {
        public long Put;
        public long Live;
    }

    private sealed class Page
    {
        public readonly Counter[] Counters = new Counter[PageFiles];
        public int Forgotten;
    }
}
