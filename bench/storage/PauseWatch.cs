namespace Cluster.Bench.Storage;

/// <summary>The longest pause of the garbage collector, from what it says about its last collections. To be asked often.</summary>
internal sealed class PauseWatch
{
    private static readonly GCKind[] Kinds = [GCKind.Ephemeral, GCKind.FullBlocking, GCKind.Background];

    private readonly long[] _seen = new long[Kinds.Length];
    private int _count;

    public PauseWatch()
    {
        _count = GC.CollectionCount(0);
        for (var i = 0; i < Kinds.Length; i++)
            _seen[i] = GC.GetGCMemoryInfo(Kinds[i]).Index;
    }

    public double LongestMs { get; private set; }

    public int Collections { get; private set; }

    public void Look()
    {
        var count = GC.CollectionCount(0);
        if (count == _count)
            return;
        Collections += count - _count;
        _count = count;
        for (var i = 0; i < Kinds.Length; i++)
        {
            var info = GC.GetGCMemoryInfo(Kinds[i]);
            if (info.Index == _seen[i])
                continue;
            _seen[i] = info.Index;
            foreach (var pause in info.PauseDurations)
                LongestMs = Math.Max(LongestMs, pause.TotalMilliseconds);
        }
    }
}
