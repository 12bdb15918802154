namespace Cluster.Bench.Failover;

/// <summary>What one run saw; a line of the ledger.</summary>
/// <param name="Load">The machine's load average at the end of the run.</param>
/// <param name="Milliseconds">To the next acknowledged write on every shard, or the longest pause of a client; null = not within the patience.</param>
/// <param name="After">When the longest pause began, milliseconds after the change was asked for; null where no pauses are measured.</param>
/// <param name="Errors">By their first word: what neither acknowledges nor promises that nothing happened.</param>
internal sealed record Trial(string Fault, DateTime At, double Load, double? Milliseconds, double? After, int Shards, Dictionary<string, int> Errors, int Refused, int Closed)
{
    public static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
