using System.Diagnostics;
using Akka.Actor;

namespace Bench.Akka;

/// <summary>Remoting between two processes over loopback.</summary>
internal static class RemoteRows
{
    private const int Runs = 5;

    private sealed record Row(string Name, int Actors, int Window, int CountPerActor, object Message, bool IsOneWay, double RealPerSecond, double Aim);

    private static readonly Row[] All =
    [
        new("remote round trips, 1 in flight", 1, 1, 40_000, "hit", false, 9_000, 3),
        new("remote echo, 1 client, 1,000 in flight", 1, 1000, 600_000, "hit", false, 256_000, 2),
        new("remote echo, 5 clients, 1,000 in flight", 5, 1000, 150_000, "hit", false, 298_000, 2),
        new("remote one-way, small, 5 senders", 5, 0, 250_000, "hit", true, 434_000, 2),
        new("remote one-way, byte[1000]", 5, 0, 150_000, new byte[1000], true, 296_000, 2),
        new("remote one-way, byte[65536]", 1, 0, 20_032, new byte[65536], true, 934e6 / 65536, 1.3),
    ];

    public static void Run(string? only = null)
    {
        (Process peer, Address address) = RemotePeer.StartProcess();
        ActorSystem system = RemotePeer.StartSystem("bench");
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine($"{"work",-42} {"median/s",12} {"spread",22} {"MB/s",8} {"CPU us/msg",11} {"aim/s",12}");
        foreach (Row row in All)
        {
            if (only is not null && !row.Name.Contains(only, StringComparison.Ordinal)) continue;
            IActorRef target = system.ActorSelection(new RootActorPath(address) / "user" / (row.IsOneWay ? "sink" : "echo"))
                .ResolveOne(TimeSpan.FromSeconds(10)).GetAwaiter().GetResult();
            IActorRef[] actors = Enumerable.Range(0, row.Actors)
                .Select(_ => system.ActorOf(row.IsOneWay ? Props.Create<RemoteFlow.Sender>() : Props.Create<RemoteFlow.Pinger>()))
                .ToArray();
            Once(actors, row with { CountPerActor = row.CountPerActor / 2 }, target);
            double[] rates = new double[Runs];
            TimeSpan before = Cpu(self) + Cpu(peer);
            for (int run = 0; run < Runs; run++) rates[run] = Once(actors, row, target);
            double total = (double)row.CountPerActor * row.Actors * Runs * (row.IsOneWay ? 1 : 2);
            double cpu = (Cpu(self) + Cpu(peer) - before).TotalMicroseconds / total;
            Array.Sort(rates);
            string bytes = row.Message is byte[] payload ? (rates[Runs / 2] * payload.Length / 1e6).ToString("N0") : "";
            Console.WriteLine(
                $"{row.Name,-42} {rates[Runs / 2],12:N0} {$"{rates[0]:N0}-{rates[^1]:N0}",22} {bytes,8} {cpu,11:N2} {row.RealPerSecond * row.Aim,12:N0}");
            foreach (IActorRef actor in actors) system.Stop(actor);
        }

        peer.StandardInput.Close();
        system.Terminate().Wait(TimeSpan.FromSeconds(10));
        if (!peer.WaitForExit(10_000)) peer.Kill();
        peer.Dispose();
    }

    private static double Once(IActorRef[] actors, Row row, IActorRef target)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Task[] done = new Task[actors.Length];
        for (int i = 0; i < actors.Length; i++)
        {
            TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            done[i] = completed.Task;
            actors[i].Tell(new RemoteFlow.Work(target, row.Message, row.CountPerActor, row.Window, completed), ActorRefs.NoSender);
        }

        if (!Task.WaitAll(done, TimeSpan.FromMinutes(2))) throw new TimeoutException(row.Name);
        return (double)row.CountPerActor * row.Actors / watch.Elapsed.TotalSeconds;
    }

    private static TimeSpan Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }
}
