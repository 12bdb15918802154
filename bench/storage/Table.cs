using System.Globalization;
using System.Runtime.InteropServices;

namespace Cluster.Bench.Storage;

/// <summary>Prints the rows as a Markdown table while they come, and writes the same lines into a report.</summary>
internal sealed class Table(TextWriter output)
{
    private readonly List<string> _lines = [];
    private readonly List<string> _notes = [];

    public void Begin(Workplace place, Options options)
    {
        Line($"- {DateTime.UtcNow:yyyy-MM-dd}, {options.Runs} runs of each row{(options.Quick ? ", quick: small data, the figures mean little" : "")}");
        Line($"- {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}; load average before: {Load()}");
        Line($"- data on {place.Device}; SQLite {place.SqliteVersion}; Redis: {place.Redis.Description}");
        if (options.Note is not null)
            Line($"- {options.Note}");
        Line("");
        Line("| row | ours: median (min–max) | aim | met | raw device | SQLite | Redis | ours against raw · SQLite · Redis |");
        Line("|---|---:|---|---|---:|---:|---:|---:|");
    }

    /// <summary>True if all aims are met.</summary>
    public bool Add(Row row, IReadOnlyList<Sample> samples)
    {
        var missed = row.Aims.Where(aim => !aim.IsMetBy(samples)).ToList();
        Line($"| {row.Title} | {Range(samples.Select(static sample => sample.Ours))} {row.Unit} | {string.Join("; ", row.Aims.Select(static aim => aim.Text))} "
            + $"| {(missed.Count == 0 ? "yes" : "**no**: " + string.Join("; ", missed.Select(static aim => aim.Text)))} "
            + $"| {Other(row, samples, static sample => sample.Raw)} | {Other(row, samples, static sample => sample.Sqlite)} | {Other(row, samples, static sample => sample.Redis)} "
            + $"| {Ratio(row, samples, static sample => sample.Raw)} · {Ratio(row, samples, static sample => sample.Sqlite)} · {Ratio(row, samples, static sample => sample.Redis)} |");
        var figures = samples[0].Figures.Select(figure => $"{figure.Name} {Range(samples.Select(sample => sample[figure.Name]))} {figure.Unit}".TrimEnd());
        var note = string.Join("; ", figures);
        if (row.Note.Length > 0)
            note = note.Length > 0 ? $"{note}. {row.Note}" : row.Note;
        if (note.Length > 0)
        {
            _notes.Add($"- **{row.Title}**: {note}");
            output.WriteLine($"  {note}");
        }

        return missed.Count == 0;
    }

    public void AddFailed(Row row, string reason) =>
        Line($"| {row.Title} | failed: {reason.ReplaceLineEndings(" ")} | {string.Join("; ", row.Aims.Select(static aim => aim.Text))} | **failed** | | | | |");

    public void AddSkipped(Row row, string reason) =>
        Line($"| {row.Title} | not measured: {reason} | {string.Join("; ", row.Aims.Select(static aim => aim.Text))} | – | | | | |");

    public void End()
    {
        Line("");
        if (_notes.Count > 0)
        {
            _lines.Add("Further figures, medians (min–max):");
            _lines.Add("");
            _lines.AddRange(_notes);
            _lines.Add("");
        }

        Line($"Load average after: {Load()}");
    }

    public void WriteReport(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        File.WriteAllLines(path, [
            "# Speed of the storage engine",
            "",
            "Written by `dotnet run -c Release --project bench/storage` ([what each row does](../../bench/storage/README.md)): medians, the raw device and the other",
            "systems measured in the same run, one after the other. A ratio above 1 says that ours is better (but for raw times: multiples of them).",
            "",
            .. _lines]);
    }

    public static string Short(double figure) => figure switch
    {
        0 => "0",
        _ when double.IsNaN(figure) => "–",
        _ when Math.Abs(figure) >= 100 => figure.ToString("N0", CultureInfo.InvariantCulture),
        _ when Math.Abs(figure) >= 10 => figure.ToString("N1", CultureInfo.InvariantCulture),
        _ when Math.Abs(figure) >= 0.01 => figure.ToString("N2", CultureInfo.InvariantCulture),
        _ => figure.ToString("G2", CultureInfo.InvariantCulture),
    };

    private static string Range(IEnumerable<double> figures)
    {
        var all = figures.ToArray();
        return all.Length == 1 || all.Min() == all.Max() ? Short(all[0]) : $"{Short(Statistics.Median(all))} ({Short(all.Min())}–{Short(all.Max())})";
    }

    private static string Other(Row row, IReadOnlyList<Sample> samples, Func<Sample, double?> figure)
    {
        var all = samples.Select(figure).OfType<double>().ToArray();
        return all.Length == 0 ? "–" : $"{Short(Statistics.Median(all))} {row.Unit}";
    }

    private static string Ratio(Row row, IReadOnlyList<Sample> samples, Func<Sample, double?> figure)
    {
        var all = samples.Where(sample => figure(sample) is > 0)
            .Select(sample => row.IsRate ? sample.Ours / figure(sample)!.Value : figure(sample)!.Value / sample.Ours).ToArray();
        return all.Length == 0 ? "–" : $"{Short(Statistics.Median(all))}×";
    }

    public static string Load() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";

    private void Line(string line)
    {
        _lines.Add(line);
        output.WriteLine(line);
        output.Flush();
    }
}
