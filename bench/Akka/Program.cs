using System.Globalization;

namespace Bench;

internal static class Program
{
    private const string Usage = "bench/Akka [row…] [--runs 5] [--report FILE] [--note TEXT] [--list]; a row is named whole or by its beginning";

    private static int Main(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (args is [ChildProcess.Option, var part, ..])
            return Rows.Children[part](args[2..]);
        var runs = int.Parse(TakeOption(ref args, "--runs") ?? "5", CultureInfo.InvariantCulture);
        var report = TakeOption(ref args, "--report");
        var note = TakeOption(ref args, "--note");
        if (args is ["--list"])
        {
            foreach (var row in Rows.All)
                Console.WriteLine($"{row.Name,-24} {row.Title}");
            return 0;
        }

        var chosen = args.Length == 0
            ? Rows.All
            : Rows.All.Where(row => args.Any(name => row.Name.StartsWith(name, StringComparison.Ordinal))).ToArray();
        if (chosen.Length == 0 || args.Any(name => name.StartsWith('-')))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var table = new Table(Console.Out);
        table.Begin();
        foreach (var row in chosen)
        {
            // The first run is not counted: it pays for the compilation of the hot methods.
            row.Run();
            var samples = new Sample[runs];
            for (var i = 0; i < runs; i++)
                samples[i] = row.Run();
            table.Add(row, samples);
        }

        table.End();
        if (report is not null)
            table.WriteReport(report, note);
        return 0;
    }

    private static string? TakeOption(ref string[] args, string name)
    {
        var index = Array.IndexOf(args, name);
        if (index < 0 || index + 1 >= args.Length)
            return null;
        var value = args[index + 1];
        args = [.. args[..index], .. args[(index + 2)..]];
        return value;
    }
}
