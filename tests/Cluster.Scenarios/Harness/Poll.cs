using System.Diagnostics;
using System.Net.Sockets;

namespace Cluster.Scenarios.Harness;

/// <summary>Waits for a condition of processes that tell nobody when it comes true; what was missing is in the message if it does not.</summary>
internal static class Poll
{
    /// <summary>CLUSTER_SCENARIOS_PATIENCE, in seconds, is for machines that are busy with much other work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_SCENARIOS_PATIENCE"), out int seconds) ? seconds : 90);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static Task<TimeSpan> UntilAsync(string what, Func<bool> condition) =>
        UntilAsync(what, () => Task.FromResult<string?>(condition() ? null : "not so"));

    /// <param name="what">The condition, for the message.</param>
    /// <param name="missing">Null once the condition holds, else what is missing. A node that does not answer is one more thing missing.</param>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> UntilAsync(string what, Func<Task<string?>> missing)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            string? last;
            try
            {
                last = await missing();
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or TaskCanceledException or TimeoutException)
            {
                last = failure.Message;
            }

            if (last is null) return clock.Elapsed;
            if (clock.Elapsed > Patience) throw new TimeoutException($"not within {Patience.TotalSeconds} s: {what}; {last}");
            await timer.WaitForNextTickAsync();
        }
    }
}
