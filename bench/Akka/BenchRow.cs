namespace Bench;

/// <summary>Which way a figure gets better.</summary>
internal enum Better
{
    Higher,
    Lower,
}

/// <summary>What the real Akka.NET 1.5.30 reaches on two cores, and what we want, all in the row's unit.</summary>
internal sealed record Aim(double ReferenceLow, double ReferenceHigh, double Least, double Ambition, Better Better = Better.Higher)
{
    /// <summary>At least so many times the reference; its lower end is the floor, its upper end the ambition.</summary>
    public static Aim Times(double factor, double low, double high) => new(low, high, factor * low, factor * high);

    /// <summary>At most this, for durations.</summary>
    public static Aim AtMost(double most, double low, double high) => new(low, high, most, most, Better.Lower);

    public bool IsMetBy(double figure) => Better == Better.Higher ? figure >= Least : figure <= Least;

    public bool IsAmbitionMetBy(double figure) => Better == Better.Higher ? figure >= Ambition : figure <= Ambition;
}

/// <summary>
/// One line of the table. <see cref="Run"/> sets up, measures once, and cleans up. <see cref="Scale"/>: how many units of the
/// sample make one of <see cref="Unit"/> (1e6 for "M msg/s").
/// </summary>
internal sealed record BenchRow(string Name, string Title, string Unit, double Scale, Aim Aim, Func<Sample> Run);
