using System.Runtime.InteropServices;
using Akka.Actor;

namespace Bench;

/// <summary>Prints the rows as a Markdown table while they come, and writes the same lines into a report.</summary>
internal sealed class Table(TextWriter output)
{
    private readonly List<string> _lines = [];

    public void Begin()
    {
        Line($"Load average before: {Load()}; {Environment.ProcessorCount} cores; {RuntimeInformation.FrameworkDescription}; "
            + $"Akka {typeof(ActorSystem).Assembly.GetName().Version} {(IsTwin ? "of this repository" : "from the package")}");
        Line("");
        Line("| work | median | min – max | unit | CPU ns/op | bytes/op | Akka.NET 1.5.30 | aim | ambition | met |");
        Line("|---|---:|---:|---|---:|---:|---:|---:|---:|---|");
    }

    public void Add(BenchRow row, Sample[] samples)
    {
        var figures = samples.Select(sample => sample.Figure / row.Scale).Order().ToArray();
        var figure = Median(figures);
        var sign = row.Aim.Better == Better.Higher ? "≥" : "≤";
        var met = !row.Aim.IsMetBy(figure) ? "no" : row.Aim.IsAmbitionMetBy(figure) ? "yes" : "yes, the floor";
        Line($"| {row.Title} | {Short(figure)} | {Short(figures[0])} – {Short(figures[^1])} | {row.Unit} "
            + $"| {Short(Median(samples.Select(sample => sample.CpuNanosecondsPerOperation)))} "
            + $"| {Short(Median(samples.Select(sample => sample.AllocatedPerOperation)))} "
            + $"| {Short(row.Aim.ReferenceLow)} – {Short(row.Aim.ReferenceHigh)} | {sign} {Short(row.Aim.Least)} | {sign} {Short(row.Aim.Ambition)} | {met} |");
    }

    public void End()
    {
        Line("");
        Line($"Load average after: {Load()}");
    }

    public void WriteReport(string path, string? note)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        var head = new List<string>
        {
            "# Speed of the Akka ground",
            "",
            "Written by `dotnet run -c Release --project bench/Akka -- --report FILE`. One warm-up, then the median of the runs; CPU time and allocated bytes",
            "are those of the whole process per operation. The reference is the real Akka.NET 1.5.30 on two cores of such a machine (noisy, ±30 %); the aim",
            "holds for its lower end, the ambition for its upper one.",
            "",
        };
        if (note is not null)
            head.AddRange([note, ""]);
        File.WriteAllLines(path, head.Concat(_lines));
    }

    private static bool IsTwin => typeof(ActorSystem).Assembly.GetName().GetPublicKeyToken() is not { Length: > 0 };

    // In thousands of a unit the figures stay readable: three significant digits, no exponent.
    private static string Short(double figure) => figure switch
    {
        0 => "0",
        _ when Math.Abs(figure) >= 100 => figure.ToString("N0"),
        _ when Math.Abs(figure) >= 10 => figure.ToString("N1"),
        _ => figure.ToString("N2"),
    };

    private static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Load() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";

    private void Line(string line)
    {
        _lines.Add(line);
        output.WriteLine(line);
        output.Flush();
    }
}
