using System;

namespace Akka.Twin.Scenarios.Harness;

/// <summary>AKKA_LONG=1: the faults last as long, and come as often, as in the field.</summary>
internal static class Scale
{
    public static bool Long { get; } = Environment.GetEnvironmentVariable("AKKA_LONG") == "1";

    /// <summary>How long a stopped process sleeps at least; it always sleeps until it was removed.</summary>
    public static TimeSpan Sleep { get; } = TimeSpan.FromSeconds(Long ? 30 : 0);

    public static int Kills { get; } = Long ? 200 : 12;

    public static int Rounds { get; } = Long ? 5 : 1;
}
