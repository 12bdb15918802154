using Cluster.Storage.Keys.DataFiles;
using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Merge;

/// <summary>
/// What one merge replaces: a contiguous run of data files, then, if it goes up to where the merged part ends, the oldest segments behind it. All of
/// it is held, so that it stays readable.
/// </summary>
internal sealed class MergePlan
{
    /// <summary>The live data files by range when the plan was made, those of the run among them.</summary>
    public required DataFile[] Live { get; init; }

    /// <summary>Where the run begins among <see cref="Live"/>.</summary>
    public required int Start { get; init; }

    public required int Count { get; init; }

    /// <summary>A prefix of the unmerged log.</summary>
    public required Segment[] Segments { get; init; }

    /// <summary>About what will be written.</summary>
    public required long LiveBytes { get; init; }

    public ReadOnlySpan<DataFile> Files => Live.AsSpan(Start, Count);

    public ReadOnlySpan<DataFile> Older => Live.AsSpan(0, Start);

    public ReadOnlySpan<DataFile> Newer => Live.AsSpan(Start + Count);

    /// <summary>First LSN of the range that the output covers.</summary>
    public Lsn First => Count > 0 ? Live[Start].Info.First : Segments[0].First;

    public Lsn Last => Segments.Length > 0 ? Segments[^1].Last : Live[Start + Count - 1].Info.Last;

    public long Bytes
    {
        get
        {
            long bytes = 0;
            foreach (var file in Files)
                bytes += file.Info.Bytes;
            foreach (var segment in Segments)
                bytes += segment.WrittenBytes;
            return bytes;
        }
    }

    public MergeSources Sources
    {
        get
        {
            var numbers = new uint[Count];
            for (var i = 0; i < Count; i++)
                numbers[i] = Files[i].Number;
            return new MergeSources(Segments.Length > 0 ? (uint)Segments[^1].Number : 0, numbers);
        }
    }

    /// <summary>False: something of it is gone, nothing is held.</summary>
    public bool TryAcquire()
    {
        var held = 0;
        while (held < Count + Segments.Length && (held < Count ? Files[held].TryAcquire() : Segments[held - Count].TryAcquire()))
            held++;
        if (held == Count + Segments.Length)
            return true;
        Release(held);
        return false;
    }

    public void Release() => Release(Count + Segments.Length);

    private void Release(int held)
    {
        for (var i = 0; i < held; i++)
        {
            if (i < Count)
                Files[i].Release();
            else
                Segments[i - Count].Release();
        }
    }
}
