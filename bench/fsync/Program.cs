using System.Diagnostics;
using System.Globalization;
using Cluster.Bench.Fsync;

var folder = Option("--folder") ?? ".";
var seconds = double.Parse(Option("--seconds") ?? "0.8", CultureInfo.InvariantCulture);
if (Option("--cell") is { } cell)
    return RunCell(cell.Split(','));

var root = Directory.CreateDirectory(Path.Combine(folder, $"fsync-{Environment.ProcessId}")).FullName;
try
{
    Console.WriteLine("| processes | threads | files each | append | allocated | zeroed | stepped |");
    Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
    foreach (var processes in new[] { 1, 3 })
    foreach (var threads in new[] { 1, 2 })
    foreach (var files in new[] { 1, 4, 16, 64 })
    {
        if (threads > files)
            continue;
        Console.Write($"| {processes} | {threads} | {files} |");
        foreach (var layout in Enum.GetValues<Layout>())
            Console.Write($" {Measure(processes, threads, files, layout):N0} |");
        Console.WriteLine();
    }
}
finally
{
    Directory.Delete(root, recursive: true);
}

return 0;

double Measure(int processes, int threads, int files, Layout layout)
{
    if (processes == 1)
        return new Cell(root, files, layout, threads, TimeSpan.FromSeconds(seconds)).Run(() => { });

    // Children prepare their files, say so, and begin together when their input is closed.
    var children = new Process[processes];
    for (var i = 0; i < processes; i++)
    {
        var own = Directory.CreateDirectory(Path.Combine(root, $"p{i}")).FullName;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { "--folder", own, "--seconds", seconds.ToString(CultureInfo.InvariantCulture), "--cell", $"{files},{layout},{threads}" })
            start.ArgumentList.Add(argument);
        children[i] = Process.Start(start)!;
    }

    foreach (var child in children)
        child.StandardOutput.ReadLine();
    foreach (var child in children)
        child.StandardInput.Close();
    double sum = 0;
    foreach (var child in children)
    {
        sum += double.Parse(child.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        child.WaitForExit();
    }

    return sum;
}

int RunCell(string[] parts)
{
    var files = int.Parse(parts[0], CultureInfo.InvariantCulture);
    var measured = new Cell(folder, files, Enum.Parse<Layout>(parts[1]), int.Parse(parts[2], CultureInfo.InvariantCulture), TimeSpan.FromSeconds(seconds));
    Console.WriteLine(measured.Run(() =>
    {
        Console.WriteLine("prepared");
        Console.In.ReadToEnd();
    }).ToString(CultureInfo.InvariantCulture));
    return 0;
}

string? Option(string name)
{
    var index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
}
