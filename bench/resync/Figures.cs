using System.Globalization;
using Cluster.Scenarios.Harness;

namespace Cluster.Bench.Resync;

/// <summary>The figures of the one shard as a node itself tells them in /metrics.</summary>
internal sealed class Figures
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly Dictionary<string, double> _values = [];

    /// <summary>Newest committed record that the node shows.</summary>
    public long Commit => (long)this["cluster_shard_commit_lsn"];

    /// <summary>0 if the node does not say.</summary>
    public double this[string name] => _values.GetValueOrDefault(name);

    public static async Task<Figures> OfAsync(Member node)
    {
        var figures = new Figures();
        string text = await Http.GetStringAsync($"http://{node.Host.Address}:{node.HttpPort}/metrics");
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith('#')) continue;
            int space = line.LastIndexOf(' ');
            if (space < 0 || line.Contains("shard=\"meta\"", StringComparison.Ordinal)) continue;
            string name = line[..(line.IndexOf('{', StringComparison.Ordinal) is var brace and >= 0 ? brace : space)];
            if (double.TryParse(line.AsSpan(space + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) figures._values[name] = figures[name] + value;
        }

        return figures;
    }
}
