using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Twin.Scenarios.Harness;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Twin.Scenarios;

public sealed class RestartStorm(ITestOutputHelper output)
{
    [Fact]
    public async Task After_a_storm_of_kills_all_are_up_and_nobody_else_is_there()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var nodes = new Nodes();
        await nodes.FormAsync();
        for (int kill = 0; kill < Scale.Kills; kill++)
        {
            int place = random.Next(3);
            await nodes[place].KillAsync();
            if (random.Next(3) == 0) await Pause(random.Next(500));
            for (int other = 0; other < 3; other++)
                if (nodes[other].Ended.IsCompleted) nodes.Start(other); // also one that has taken itself out, left alone by the kills
            await Pause(random.Next(700));
        }

        // A node may still find itself on the losing side of what the last kills have left; whoever supervises it starts it again.
        using var storm = new CancellationTokenSource();
        var supervisors = new Task[3];
        for (int place = 0; place < 3; place++) supervisors[place] = Supervise(nodes, place, storm.Token);
        await SettleAsync(nodes);
        await storm.CancelAsync();
        await Task.WhenAll(supervisors);
    }

    private static async Task SettleAsync(Nodes nodes)
    {
        long limit = Environment.TickCount64 + (long)HostProcess.Patience.TotalMilliseconds;
        while (true)
        {
            HostProcess[] running = [.. nodes.All];
            Task[] next = [.. running.Where(static p => !p.Ended.IsCompleted).Select(static p => p.NextLine)];
            if (Array.TrueForAll(running, static p => !p.Ended.IsCompleted && p.Node is not null))
            {
                string[] expected = [.. running.Select(static p => p.Node)];
                if (Array.TrueForAll(running, p => p.State.IsAllUp(expected))) return;
            }

            long left = limit - Environment.TickCount64;
            if (left <= 0) throw new TimeoutException("no peace after the storm:\n" + string.Join('\n', running.Select(static p => $"{p.Node} sees {p.State}")));
            // One second at most: a successor may have taken the place of one that was looked at.
            await Task.WhenAny([.. next, Task.Delay(TimeSpan.FromSeconds(1))]);
        }
    }

    private static async Task Supervise(Nodes nodes, int place, CancellationToken end)
    {
        try
        {
            while (true)
            {
                await nodes[place].Ended.WaitAsync(end);
                nodes.Start(place);
            }
        }
        catch (OperationCanceledException)
        {
            // The storm is over.
        }
    }

    /// <summary>The rhythm of the kills, not a way to wait for something.</summary>
    private static Task Pause(int milliseconds) => Task.Delay(milliseconds);
}
