using Akka.Actor;

namespace Bench;

/// <summary>Remoting between two processes over loopback. CPU time is that of both; of bytes, MB are 10^6.</summary>
internal static class RemoteRows
{
    private static readonly object Small = "hit";

    public static readonly BenchRow[] All =
    [
        Echo("remote-trip", "remote tell round trips, 1 in flight", Aim.Times(3, 9, 9), clients: 1, window: 1, count: 40_000),
        Echo("remote-echo-1", "remote pipelined echo, 1 client, 1,000 in flight", Aim.Times(2, 256, 256), 1, 1000, 500_000),
        Echo("remote-echo-5", "remote pipelined echo, 5 clients, 1,000 in flight each", Aim.Times(2, 298, 298), 5, 1000, 150_000),
        new("remote-small", "remote one-way, small messages, 5 senders", "k msg/s", 1e3, Aim.Times(2, 244, 434),
            static () => OneWay(5, Small, 300_000, bytesEach: 0)),
        new("remote-bytes-1k", "remote one-way, byte[1,000]", "MB/s", 1e6, Aim.Times(2, 296, 296),
            static () => OneWay(5, new byte[1000], 100_000, bytesEach: 1000)),
        new("remote-bytes-64k", "remote one-way, byte[65,536]", "MB/s", 1e6, Aim.Times(1.3, 934, 934),
            static () => OneWay(1, new byte[65_536], 16_000, bytesEach: 65_536)),
    ];

    private static BenchRow Echo(string name, string title, Aim aim, int clients, int window, int count) => new(
        name, title, "k/s", 1e3, aim, () => Measure<RemoteFlow.Pinger>("echo", clients, Small, count, window));

    private static Sample OneWay(int senders, object message, int count, int bytesEach)
    {
        var sample = Measure<RemoteFlow.Sender>("sink", senders, message, count, window: 0);
        return bytesEach == 0 ? sample : sample with { Figure = (double)sample.Operations * bytesEach / sample.Wall.TotalSeconds };
    }

    private static Sample Measure<TActor>(string target, int actors, object message, int count, int window)
        where TActor : ActorBase, new()
    {
        var peer = RemotePeer.Instance;
        var remote = peer.Resolve(target);
        var local = Enumerable.Range(0, actors).Select(_ => peer.System.ActorOf(Props.Create<TActor>())).ToArray();
        using var done = new CountdownEvent(actors);
        var work = new RemoteFlow.Work(remote, message, count, window, done);
        var before = peer.Cpu;
        var sample = Sample.Of((long)actors * count, () =>
        {
            foreach (var actor in local)
                actor.Tell(work, ActorRefs.NoSender);
            if (!done.Wait(TimeSpan.FromMinutes(2)))
                throw new TimeoutException("not all messages came through");
        });
        foreach (var actor in local)
            peer.System.Stop(actor);
        return sample with { Cpu = sample.Cpu + (peer.Cpu - before) };
    }
}
