namespace Cluster.Scenarios.Harness;

/// <summary>How long a fault lasts, where lasting is the point.</summary>
internal static class Hold
{
    public static async Task ForAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }
}
