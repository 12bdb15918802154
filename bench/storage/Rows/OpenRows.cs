using Cluster.Bench.Storage.Data;

namespace Cluster.Bench.Storage.Rows;

/// <summary>Opening the large store in a fresh process with nothing in the page cache.</summary>
internal static class OpenRows
{
    public static readonly Row Hints = new(
        "open-hints",
        "open with many keys from hints, cold",
        "s",
        [Aim.Most(2.5, "≤ 2.5 s")],
        static place => Open(place, hints: true))
    {
        IsRate = false,
        Note = "raw: a cold read of the hint files and of the active segment",
    };

    public static readonly Row Log = new(
        "open-log",
        "open with many keys without hints, cold",
        "s",
        [Aim.OfRaw(2.0, "≤ 2 × reading the segments", atLeast: false)],
        static place => Open(place, hints: false))
    {
        IsRate = false,
        Note = "raw: a cold sequential read of the same segment files",
    };

    private static Sample Open(Workplace place, bool hints)
    {
        place.Redis.Stop();
        place.Keys.Close();
        string[] files = hints ? [.. place.Keys.Hints, place.Keys.Segments[^1]] : [.. place.Keys.Segments];
        var raw = RawDevice.ReadCold(files, out var bytes);
        Devices.Evict([.. place.Keys.Segments, .. place.Keys.Hints]);
        var opened = ChildOpen.Start(place.Keys.Folder, hints);
        if (opened.Keys != place.Keys.Count)
            throw new InvalidOperationException($"{opened.Keys:N0} keys were found, {place.Keys.Count:N0} written");
        return new Sample(opened.Seconds)
        {
            Raw = raw,
            Figures =
            [
                new("CPU", opened.CpuSeconds, "s"),
                new("bytes read", bytes / 1e6, "MB"),
                new("raw bandwidth", bytes / raw / 1e6, "MB/s"),
            ],
        };
    }
}
