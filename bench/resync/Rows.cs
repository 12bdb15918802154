using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Cluster.Scenarios.Harness;

namespace Cluster.Bench.Resync;

/// <summary>What is measured, one method per row, on one cluster that is whole before and after each. A line of the report's table comes back.</summary>
internal sealed partial class Rows(BenchCluster cluster, int megabytes)
{
    private const int ValueBytes = 4096;

    /// <summary>Over which a rate of clients is taken.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Away = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Every key about three times: what is old is merged away, and with it the beginning of the log, so that a replica without data cannot be served from there.
    /// </summary>
    public async Task FillAsync()
    {
        var leader = await cluster.LeaderAsync();
        long keys = megabytes * 256L * 7 / 10;
        var clock = Stopwatch.StartNew();
        await Clients.FillAsync(leader, keys * 3, ValueBytes, keys);
        Console.Error.WriteLine($"filled in {clock.Elapsed.TotalSeconds:F0} s");
        await cluster.IsWholeAsync();
        await Poll.UntilAsync("the beginning of the log is merged", () => OldestLsn(leader) > 1);
        await Hold.ForAsync(Window); // merges end
    }

    public async Task<string> CopyAloneAsync()
    {
        var copy = await CopyAsync();
        return Row("a whole copy, no clients", copy, "–");
    }

    public async Task<string> CopyBesideClientsAsync(int pipeline)
    {
        var leader = await cluster.LeaderAsync();
        using var clients = Clients.Begin(leader, pipeline);
        await Hold.ForAsync(TimeSpan.FromSeconds(2));
        double before = await RateAsync(leader, Window);
        var copy = await CopyAsync();
        return Row($"a whole copy beside 50 clients, pipeline {pipeline}", copy, string.Create(CultureInfo.InvariantCulture, $"{copy.Rate:F0} SETs/s, {100 * copy.Rate / before:F0} % of the {before:F0} before"));
    }

    /// <summary>
    /// Over a line of 100 Mbit/s to the replica, beside clients that write several times as much: the copy cannot outrun the log unless they are slowed.
    /// </summary>
    public async Task<string> CopyOverSlowLineAsync()
    {
        var leader = await cluster.LeaderAsync();
        int place = cluster.PlaceOf(cluster.Except(leader)[0]);
        using var clients = Clients.Begin(leader, pipeline: 16);
        await Hold.ForAsync(TimeSpan.FromSeconds(2));
        double before = await RateAsync(leader, Window);
        cluster.Network.SlowDown(place, 100);
        var copy = await CopyAsync(alsoCaughtUp: false);
        cluster.Network.SpeedUp(place);
        var after = await Figures.OfAsync(leader);
        foreach (string line in Lines(leader).Where(line => line.Contains("writers are", StringComparison.Ordinal))) Console.Error.WriteLine(line);
        return Row("a whole copy over 100 Mbit/s beside 50 clients, pipeline 16", copy, string.Create(
            CultureInfo.InvariantCulture,
            $"{copy.Rate:F0} SETs/s, {100 * copy.Rate / before:F0} % of the {before:F0} before; slowed for {after["cluster_shard_writers_slowed_seconds_total"]:F0} s"));
    }

    /// <summary>After ten seconds of writes: from the end of the last one until each follower shows everything.</summary>
    public async Task<string> LagAfterLoadAsync(int pipeline)
    {
        var leader = await cluster.LeaderAsync();
        var clients = Clients.Begin(leader, pipeline);
        await Hold.ForAsync(TimeSpan.FromSeconds(10));
        double rate = await RateAsync(leader, TimeSpan.FromSeconds(2));
        long lag = await LagAsync(leader);
        var ended = Stopwatch.StartNew();
        clients.Dispose();
        await CaughtUpAsync(leader, cluster.Except(leader));
        return string.Create(CultureInfo.InvariantCulture, $"| lag back at 0 after load, pipeline {pipeline} | {rate:F0} SETs/s until then, {lag} records of lag at the end | {ended.Elapsed.TotalMilliseconds:F0} ms | |");
    }

    public async Task<string> ReconnectAsync(string how, Func<Member, Task> begin, Func<Member, Task> end, int pipeline)
    {
        var leader = await cluster.LeaderAsync();
        var away = cluster.Except(leader)[0];
        using var clients = Clients.Begin(leader, pipeline);
        await Hold.ForAsync(TimeSpan.FromSeconds(2));
        var before = await Figures.OfAsync(away);
        string began = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        await begin(away);
        await Hold.ForAsync(Away);
        await end(away);
        var clock = Stopwatch.StartNew();
        Console.Error.WriteLine($"{DateTime.UtcNow:O} {how}: over");
        long missed = (await Figures.OfAsync(leader)).Commit - before.Commit;
        await CaughtUpAsync(leader, away);
        var took = clock.Elapsed;
        await Hold.ForAsync(TimeSpan.FromSeconds(1)); // its counters are refreshed a few times per second
        var after = await Figures.OfAsync(away);
        foreach (string line in Lines(away).Concat(Lines(leader)).Where(line => line.Contains("caught up from the log", StringComparison.Ordinal) || line.Contains("link", StringComparison.Ordinal)))
            if (string.CompareOrdinal(line, began) > 0) Console.Error.WriteLine(line);
        return string.Create(CultureInfo.InvariantCulture, $"| back after {Away.TotalSeconds:F0} s away ({how}), pipeline {pipeline} | {missed} records missed; {Delta("partial")} partial, {Delta("full")} full | {took.TotalMilliseconds:F0} ms | |");

        double Delta(string kind) => after[$"cluster_shard_{kind}_resyncs_total"] - before[$"cluster_shard_{kind}_resyncs_total"];
    }

    public Task<string> CutOffAsync(int pipeline)
    {
        int[] Place(Member node) => [cluster.PlaceOf(node)];
        return ReconnectAsync(
            "network",
            node => Quietly(() => cluster.Network.Cut(CutKind.Silent, Place(node), [.. Enumerable.Range(0, 3).Except(Place(node))])),
            _ => Quietly(cluster.Network.Heal),
            pipeline);
    }

    public Task<string> StoppedAsync(int pipeline) =>
        ReconnectAsync("SIGSTOP", node => Quietly(() => node.Process!.Send(Signal.Stop)), node => Quietly(() => node.Process!.Send(Signal.Continue)), pipeline);

    private static Task Quietly(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    /// <summary>A follower loses its data; until it has acknowledged the end of the copy to the leader: sent, written and synced, verified, swapped, opened.</summary>
    private async Task<Copy> CopyAsync(bool alsoCaughtUp = true)
    {
        var leader = await cluster.LeaderAsync();
        var away = cluster.Except(leader)[0];
        await away.KillAsync();
        Directory.Delete(BenchCluster.ShardFolderOf(away), recursive: true);
        int told = Installed(leader);
        away.Start();
        await Poll.UntilAsync("it knows that it needs a copy", () => Lines(away).Any(line => line.Contains("cannot catch up from the leader's log", StringComparison.Ordinal)));
        var clock = Stopwatch.StartNew();
        long begin = (await Figures.OfAsync(leader)).Commit;
        await Poll.UntilAsync("the copy is there", () => Installed(leader) > told);
        var took = clock.Elapsed;
        double rate = ((await Figures.OfAsync(leader)).Commit - begin) / took.TotalSeconds;
        var size = Lines(away).Select(line => Installs().Match(line)).Last(match => match.Success);
        foreach (string line in Lines(away).Concat(Lines(leader)).Where(line => line.Contains("snapshot", StringComparison.Ordinal))) Console.Error.WriteLine(line);
        if (alsoCaughtUp) await CaughtUpAsync(leader, away);
        var caughtUp = clock.Elapsed;
        return new Copy(long.Parse(size.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(size.Groups[2].Value, CultureInfo.InvariantCulture), long.Parse(size.Groups[3].Value, CultureInfo.InvariantCulture), took, caughtUp, rate);
    }

    private static string Row(string name, Copy copy, string clients) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {copy.Bytes / 1e6:F0} MB in {copy.Took.TotalMilliseconds:F0} ms: **{copy.Bytes / copy.Took.TotalSeconds / 1e6:F0} MB/s**; received in {copy.ReceivedMs} ms, verified in {copy.VerifiedMs} ms | caught up after {copy.CaughtUp.TotalMilliseconds:F0} ms | {clients} |");

    private static async Task<double> RateAsync(Member leader, TimeSpan window)
    {
        long begin = (await Figures.OfAsync(leader)).Commit;
        var clock = Stopwatch.StartNew();
        await Hold.ForAsync(window);
        return ((await Figures.OfAsync(leader)).Commit - begin) / clock.Elapsed.TotalSeconds;
    }

    private async Task<long> LagAsync(Member leader)
    {
        long head = (await Figures.OfAsync(leader)).Commit, lag = 0;
        foreach (var other in cluster.Except(leader)) lag = Math.Max(lag, head - (await Figures.OfAsync(other)).Commit);
        return lag;
    }

    /// <summary>Each of them shows what the leader had committed when it was asked, a moment before.</summary>
    private static Task CaughtUpAsync(Member leader, params Member[] others) => Poll.UntilAsync("followers have caught up", async () =>
    {
        long head = (await Figures.OfAsync(leader)).Commit;
        foreach (var other in others)
            if ((await Figures.OfAsync(other)).Commit is var has && has < head) return $"{other.Name} has {has} of {head}";
        return null;
    });

    private static int Installed(Member leader) => leader.Process!.Output.Concat(leader.Process.Errors).Count(line => line.Contains("has installed the snapshot", StringComparison.Ordinal));

    private static IEnumerable<string> Lines(Member node) => node.Process!.Output.Concat(node.Process.Errors);

    /// <summary>First record of the oldest segment; segments are named by it, in hexadecimal.</summary>
    private static long OldestLsn(Member node) => Directory.EnumerateFiles(BenchCluster.ShardFolderOf(node), "wal-*")
        .Min(path => long.Parse(Path.GetFileName(path).AsSpan(4, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"installs the snapshot that ends with LSN \d+, (\d+) bytes, received in (\d+) ms, verified in (\d+) ms")]
    private static partial Regex Installs();

    /// <param name="ReceivedMs">Until all of it was durable; behind that come its verification, the swap and the opening.</param>
    /// <param name="Rate">SETs per second meanwhile.</param>
    private sealed record Copy(long Bytes, long ReceivedMs, long VerifiedMs, TimeSpan Took, TimeSpan CaughtUp, double Rate);
}
