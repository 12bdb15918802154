using System.Text.Json;

namespace Cluster.Bench.Failover;

/// <summary>
/// A file with one line of JSON per run, so that a report may be made of parts that ran one after the other. Without a file it lives as long as the program. A line
/// that was cut short by a killed program is left out.
/// </summary>
internal sealed class Ledger
{
    private readonly string? _file;
    private readonly List<Trial> _trials = [];

    public Ledger(string? file)
    {
        _file = file;
        if (file is null || !File.Exists(file)) return;
        foreach (string line in File.ReadLines(file))
        {
            try
            {
                if (JsonSerializer.Deserialize<Trial>(line) is { } trial) _trials.Add(trial);
            }
            catch (JsonException)
            {
                Console.Error.WriteLine($"{file}: a damaged line is left out");
            }
        }
    }

    public IReadOnlyList<Trial> Trials => _trials;

    public void Add(Trial trial)
    {
        _trials.Add(trial);
        if (_file is null) return;
        if (Path.GetDirectoryName(_file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        File.AppendAllText(_file, JsonSerializer.Serialize(trial) + "\n");
    }
}
