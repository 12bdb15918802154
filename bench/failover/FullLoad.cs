using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Cluster.Scenarios.Harness;

namespace Cluster.Bench.Failover;

/// <summary>
/// As many commands as the nodes can take, for a while, and no fault: every election, every node that is taken for unreachable and every unknown outcome is one too
/// many. Beside it, if asked for, a value of 64 MiB that is always on its way, and programs that only burn processor time.
/// </summary>
internal sealed class FullLoad(FaultyCluster cluster, bool large, bool spin)
{
    private const int Connections = 48, Pipeline = 16, LargeBytes = 64 << 20;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3), Look = TimeSpan.FromMilliseconds(250), Word = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private long _answered, _unknown, _refused, _errors, _closed, _large;

    /// <returns>Nothing happened that should not have.</returns>
    public async Task<bool> RunAsync(TimeSpan time)
    {
        await cluster.IsWholeAsync();
        var burners = spin ? Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Process.Start("timeout", [$"{time.TotalSeconds + 120:F0}", "sh", "-c", "while :; do :; done"])).ToArray() : [];
        try
        {
            var clients = Enumerable.Range(0, Connections).Select(number => Task.Run(() => WorkAsync(number))).ToList();
            if (large) clients.Add(Task.Run(LargeAsync));
            await Hold.ForAsync(Settle);
            var before = await CountsAsync();
            long busyBefore = BusyTicks(), answeredBefore = Interlocked.Read(ref _answered);
            var clock = Stopwatch.StartNew();
            var unreachable = new HashSet<string>();
            int sightings = 0;
            var nextWord = Word;
            while (clock.Elapsed < time)
            {
                await Hold.ForAsync(Look);
                foreach (var node in cluster.All)
                {
                    foreach (var row in await NodesAsync(node))
                    {
                        if (row.Status == "up") continue;
                        sightings++;
                        if (unreachable.Add($"{row.Name} {row.Status} for {node.Name}")) Console.WriteLine($"{clock.Elapsed.TotalSeconds:F0} s: {row.Name} is {row.Status} for {node.Name}");
                    }
                }

                if (clock.Elapsed < nextWord) continue;
                nextWord += Word;
                var soFar = await CountsAsync() - before;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:F0} s: {soFar}, {Interlocked.Read(ref _answered) - answeredBefore} answered, {_unknown} unknown, {_refused} refused"));
            }

            var counts = await CountsAsync() - before;
            double seconds = clock.Elapsed.TotalSeconds, cores = (BusyTicks() - busyBefore) / (seconds * 100);
            long answered = Interlocked.Read(ref _answered) - answeredBefore;
            await _stop.CancelAsync();
            await Task.WhenAll(clients);
            Console.WriteLine();
            Console.WriteLine("| minutes | beside it | SET/s | cores busy | 64 MiB values | elections | lost links | seen unreachable | -UNKNOWN | refused | closed | other errors |");
            Console.WriteLine("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {seconds / 60:F1} | {(spin ? "spinning programs" : "–")} | {answered / seconds:F0} | {cores:F2} of {Environment.ProcessorCount} | {_large} | {counts.Elections} | {counts.LinksLost} | {sightings} | {_unknown} | {_refused} | {_closed} | {_errors} |"));
            return counts is { Elections: 0, LinksLost: 0 } && sightings == 0 && _unknown + _closed + _errors == 0;
        }
        finally
        {
            foreach (var burner in burners)
            {
                burner.Kill(entireProcessTree: true);
                burner.Dispose();
            }
        }
    }

    private readonly record struct Counts(long Elections, long LinksLost)
    {
        public static Counts operator -(Counts a, Counts b) => new(a.Elections - b.Elections, a.LinksLost - b.LinksLost);

        public override string ToString() => $"{Elections} elections, {LinksLost} links lost";
    }

    /// <summary>Sums over all nodes of what their metrics count.</summary>
    private async Task<Counts> CountsAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        long elections = 0, lost = 0;
        foreach (var node in cluster.All)
        {
            string metrics = await http.GetStringAsync($"http://{node.Host.Address}:{node.HttpPort}/metrics");
            foreach (string line in metrics.Split('\n'))
            {
                if (line.StartsWith("cluster_shard_elections_total", StringComparison.Ordinal)) elections += ValueOf(line);
                else if (line.StartsWith("cluster_link_lost_total", StringComparison.Ordinal)) lost += ValueOf(line);
            }
        }

        return new Counts(elections, lost);
    }

    private static long ValueOf(string line) => (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    /// <summary>None if it is too busy to answer: that is no word about the others.</summary>
    private static async Task<NodeRow[]> NodesAsync(Member node)
    {
        try
        {
            return (await node.TopologyAsync()).Nodes;
        }
        catch (Exception busy) when (busy is HttpRequestException or IOException or TaskCanceledException)
        {
            return [];
        }
    }

    private async Task WorkAsync(int number)
    {
        int at = number;
        string value = new('v', 100);
        var commands = new string[Pipeline][];
        for (int i = 0; i < Pipeline; i++) commands[i] = ["SET", $"load:{number}:{i}", value];
        await OverConnectionsAsync(() => cluster.All[at++ % cluster.All.Length], async client =>
        {
            await client.SendAsync(commands);
            foreach (var reply in await client.ReceiveAsync(Pipeline)) Note(reply, ref _answered);
        });
    }

    private async Task LargeAsync()
    {
        string value = new('x', LargeBytes);
        int number = 0;
        await OverConnectionsAsync(() => cluster.All[number % cluster.All.Length], async client => Note(await client.CallAsync("SET", $"large:{number++ % 8}", value), ref _large));
    }

    private async Task OverConnectionsAsync(Func<Member> next, Func<RespClient, Task> round)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var node = next();
                using var client = RespClient.Connect(node.Host.Address, node.RespPort, TimeSpan.FromSeconds(60));
                while (!_stop.IsCancellationRequested) await round(client);
            }
            catch (Exception broken) when (broken is IOException or SocketException or TimeoutException or OperationCanceledException)
            {
                Interlocked.Increment(ref _closed);
                await Hold.ForAsync(Look);
            }
        }
    }

    private void Note(Reply reply, ref long done)
    {
        if (reply.IsOk) Interlocked.Increment(ref done);
        else if (reply.IsUnknownOutcome) Interlocked.Increment(ref _unknown);
        else if (reply.IsDefiniteRefusal) Interlocked.Increment(ref _refused);
        else if (Interlocked.Increment(ref _errors) <= 3) Console.WriteLine(reply);
    }

    /// <summary>Hundredths of seconds that all cores have worked.</summary>
    private static long BusyTicks()
    {
        long[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        return ticks.Sum() - ticks[3] - ticks[4];
    }
}
