using System.Globalization;

namespace Cluster.Node.CommandLine;

/// <summary>One line on stderr that is written over and over, and taken away at the end. Nothing at all unless a person looks: stderr is a terminal.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly TextWriter? _terminal;
    private readonly TimeProvider _time;
    private long _told;
    private int _width;

    public ProgressLine(TextWriter errors)
        : this(ReferenceEquals(errors, Console.Error) && !Console.IsErrorRedirected ? errors : null, TimeProvider.System)
    {
    }

    internal ProgressLine(TextWriter? terminal, TimeProvider time)
    {
        _terminal = terminal;
        _time = time;
        _told = time.GetTimestamp();
    }

    public void Show(string what, long done, long total)
    {
        if (_terminal is null || _time.GetElapsedTime(_told) < Interval) return;
        _told = _time.GetTimestamp();
        double percent = total == 0 ? 100 : Math.Min(100.0, 100.0 * done / total);
        string text = string.Create(CultureInfo.InvariantCulture, $"{what}: {percent:F1} % of {total >> 20} MiB");
        _terminal.Write("\r" + text.PadRight(_width));
        _width = text.Length;
    }

    public void Dispose()
    {
        if (_width > 0) _terminal!.Write("\r" + new string(' ', _width) + "\r");
        _width = 0;
    }
}
