using System.Diagnostics;
using Cluster.Bench.Storage;
using Cluster.Bench.Storage.Data;
using Cluster.Bench.Storage.Rows;

// A child of this program: opens a store in a fresh process and prints what it took.
if (args is ["child-open", var childFolder, var childHints])
    return ChildOpen.Run(childFolder, childHints == "hints");

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(Options.Usage);
    return 64;
}

if (options.List)
{
    foreach (var row in RowList.All)
        Console.WriteLine($"{row.Name,-18} {row.Title}: {string.Join("; ", row.Aims.Select(static aim => aim.Text))}{(row.IsLong ? " (long: only by name)" : "")}");
    return 0;
}

var rows = options.Rows.Count == 0
    ? RowList.All.Where(static row => !row.IsLong).ToList()
    : [.. options.Rows.Select(name => RowList.All.FirstOrDefault(row => row.Name == name)!)];
if (rows.Contains(null!))
{
    Console.Error.WriteLine($"no such row; there are: {string.Join(' ', RowList.All.Select(static row => row.Name))}");
    return 64;
}

using var place = new Workplace(options);
var table = new Table(Console.Out);
var failed = 0;
var missed = 0;
Console.CancelKeyPress += (_, _) => place.Dispose();
try
{
    table.Begin(place, options);
    foreach (var row in rows)
        Measure(row);
    table.End();
}
finally
{
    place.Dispose();
}

Report();
Console.Error.WriteLine($"{rows.Count} rows, {missed} with a missed aim, {failed} failed");
return failed > 0 ? 2 : missed > 0 ? 1 : 0;

void Measure(Row row)
{
    var samples = new List<Sample>();
    Exception? error = null;
    var watch = Stopwatch.StartNew();

    // On a thread of its own, so that a row that hangs ends the program instead of keeping it.
    var worker = new Thread(() =>
    {
        try
        {
            for (var run = 1; run <= (row.IsLong ? 1 : options.Runs); run++)
            {
                place.Progress($"{row.Name}: run {run}");
                samples.Add(row.Measure(place));
                place.Settle();
            }
        }
        catch (Exception failure)
        {
            error = failure;
        }
    }) { IsBackground = true, Name = row.Name };
    worker.Start();
    if (!worker.Join(row.IsLong ? TimeSpan.FromMinutes(options.Minutes + 10) : row.Limit))
    {
        table.AddFailed(row, $"not done after {watch.Elapsed.TotalSeconds:F0} s");
        table.End();
        Report();
        place.Dispose();
        Environment.Exit(2);
    }

    if (error is SkippedException skipped)
    {
        table.AddSkipped(row, skipped.Message);
    }
    else if (error is not null)
    {
        failed++;
        table.AddFailed(row, error.Message);
        Console.Error.WriteLine(error);
    }
    else if (!table.Add(row, samples))
    {
        missed++;
    }
}

void Report()
{
    var path = options.Report ?? (options.Rows.Count == 0 && !options.Quick ? Path.Combine(Workplace.Repository, "docs/reports/storage.md") : null);
    if (path is null)
        return;
    table.WriteReport(path);
    Console.Error.WriteLine($"written: {path}");
}
