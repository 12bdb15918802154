using System.Globalization;

namespace Cluster.Bench.Storage;

/// <summary>The command line: names of rows and options.</summary>
internal sealed record Options
{
    public const string Usage = """
        dotnet run -c Release --project bench/storage -- [ROW ...] [options]
          ROW              names of rows (--list shows them); none: the whole table without the long rows
          --runs N         runs of each row, 5
          --quick          small data, short runs: for development, the figures mean little
          --seconds S      length of one measurement, 1.5
          --keys N         keys of the large store, 10,000,000
          --dir DIR        where the data goes, a new folder below it; default artifacts/bench of the checkout
          --report FILE    default docs/reports/storage.md; with names of rows or --quick only if given
          --note TEXT      a line for the report
          --minutes N      length of the row "overwrite", 30
          --list           names and aims of the rows
        Ends with 0 if all aims are met, 1 if one is missed, 2 if a row failed, 64 for a wrong command line.
        """;

    public List<string> Rows { get; } = [];

    public int Runs { get; private set; } = 5;

    public bool Quick { get; private set; }

    public double Seconds { get; private set; } = 1.5;

    public int Keys { get; private set; } = 10_000_000;

    public string? Folder { get; private set; }

    public string? Report { get; private set; }

    public string? Note { get; private set; }

    public double Minutes { get; private set; } = 30;

    public bool List { get; private set; }

    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            string Next() => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value");
            switch (args[i])
            {
                case "--runs": options.Runs = int.Parse(Next(), CultureInfo.InvariantCulture); break;
                case "--quick": options.Quick = true; options.Runs = 1; options.Seconds = 0.4; options.Keys = 300_000; break;
                case "--seconds": options.Seconds = double.Parse(Next(), CultureInfo.InvariantCulture); break;
                case "--keys": options.Keys = int.Parse(Next(), CultureInfo.InvariantCulture); break;
                case "--dir": options.Folder = Next(); break;
                case "--report": options.Report = Next(); break;
                case "--note": options.Note = Next(); break;
                case "--minutes": options.Minutes = double.Parse(Next(), CultureInfo.InvariantCulture); break;
                case "--list": options.List = true; break;
                case var name when !name.StartsWith('-'): options.Rows.Add(name); break;
                case var unknown: throw new FormatException($"unknown option {unknown}");
            }
        }

        if (options.Runs < 1 || options.Keys < 1000 || options.Seconds <= 0)
            throw new FormatException("--runs is at least 1, --keys at least 1000, --seconds above 0");
        return options;
    }
}
