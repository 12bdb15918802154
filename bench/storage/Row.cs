namespace Cluster.Bench.Storage;

/// <summary>What one run of a row has found. Figures of others are null where the row has none to compare with.</summary>
internal sealed record Sample(double Ours)
{
    public double? Raw { get; init; }

    public double? Sqlite { get; init; }

    public double? Redis { get; init; }

    /// <summary>Further figures of the row, in the order in which they are printed.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    public double this[string name] => Figures.First(figure => figure.Name == name).Value;
}

internal sealed record Figure(string Name, double Value, string Unit);

/// <summary>A bound for the median over the runs.</summary>
internal sealed record Aim(string Text, Func<Sample, double> Value, double Bound, bool AtLeast)
{
    public bool IsMetBy(IEnumerable<Sample> samples)
    {
        var median = Statistics.Median(samples.Select(Value));
        return AtLeast ? median >= Bound : median <= Bound;
    }

    public static Aim Least(double bound, string text) => new(text, static sample => sample.Ours, bound, AtLeast: true);

    public static Aim Most(double bound, string text) => new(text, static sample => sample.Ours, bound, AtLeast: false);

    /// <summary>Against the raw device, run by run. A throughput has at least that share, a time takes at most that multiple.</summary>
    public static Aim OfRaw(double bound, string text, bool atLeast = true) =>
        new(text, static sample => sample.Ours / (sample.Raw ?? double.NaN), bound, atLeast);

    public static Aim LeastOf(string figure, double bound, string text) => new(text, sample => sample[figure], bound, AtLeast: true);

    public static Aim MostOf(string figure, double bound, string text) => new(text, sample => sample[figure], bound, AtLeast: false);
}

/// <summary>One line of the table. <see cref="Measure"/> is called once per run; what all runs share is in the workplace.</summary>
internal sealed record Row(string Name, string Title, string Unit, Aim[] Aims, Func<Workplace, Sample> Measure)
{
    /// <summary>More is better. False for times and sizes: the ratio to others is then theirs over ours.</summary>
    public bool IsRate { get; init; } = true;

    /// <summary>Longer than that and the whole program ends: the row hangs.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Not part of a run without names.</summary>
    public bool IsLong { get; init; }

    /// <summary>Why a column is empty, or what raw means here.</summary>
    public string Note { get; init; } = "";
}

internal static class Statistics
{
    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
