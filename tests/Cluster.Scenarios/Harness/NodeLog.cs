using System.Diagnostics;

namespace Cluster.Scenarios.Harness;

/// <summary>What one node has printed, over all its starts.</summary>
internal sealed class NodeLog(string name)
{
    private const int TailLines = 40;

    private static readonly long Begin = Stopwatch.GetTimestamp();

    private readonly List<string> _lines = [];

    public void Add(string line)
    {
        lock (_lines) _lines.Add($"{Stopwatch.GetElapsedTime(Begin).TotalSeconds,8:F3} {name} | {line}");
    }

    /// <summary>A word about what the harness did, among the node's own lines.</summary>
    public void Note(string text) => Add($"--- {text}");

    public void WriteTo(string file)
    {
        lock (_lines) File.WriteAllLines(file, _lines);
    }

    public string Tail()
    {
        lock (_lines) return string.Join('\n', _lines.Skip(Math.Max(0, _lines.Count - TailLines)));
    }
}
