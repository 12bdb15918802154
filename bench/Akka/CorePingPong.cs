using Akka.Actor;

namespace Bench;

/// <summary>Two actors throw messages to each other, 100 in flight per pair; each message that an actor receives counts.</summary>
internal static class CorePingPong
{
    private const int InFlight = 100;

    public static readonly BenchRow OnePair = new(
        "core-ping-pong-1", "ping-pong, 1 pair, 100 in flight", "M msg/s", 1e6, Aim.Times(0.8, 17, 29), () => Run(1, 8_000_000));

    public static readonly BenchRow EightPairs = new(
        "core-ping-pong-8", "ping-pong, 8 pairs, 100 in flight", "M msg/s", 1e6, Aim.Times(0.8, 31, 57), () => Run(8, 2_000_000));

    private static Sample Run(int pairs, int messagesPerPair)
    {
        var system = BenchSystem.Create();
        try
        {
            using var done = new CountdownEvent(pairs);
            var pingers = new IActorRef[pairs];
            for (var i = 0; i < pairs; i++)
            {
                var ponger = system.ActorOf(Props.Create(() => new Ponger()));
                pingers[i] = system.ActorOf(Props.Create(() => new Pinger(ponger, messagesPerPair / 2, done)));
            }

            return Sample.Of((long)pairs * messagesPerPair, () =>
            {
                foreach (var pinger in pingers)
                    pinger.Tell(Start.Instance);
                done.Wait();
            });
        }
        finally
        {
            BenchSystem.Stop(system);
        }
    }

    private sealed class Start
    {
        public static readonly Start Instance = new();
    }

    private sealed class Ball
    {
        public static readonly Ball Instance = new();
    }

    private sealed class Ponger : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class Pinger(IActorRef ponger, int rounds, CountdownEvent done) : UntypedActor
    {
        private int _toThrow = rounds;
        private int _toCatch = rounds;

        protected override void OnReceive(object message)
        {
            if (message is Ball)
            {
                if (_toThrow > 0)
                {
                    _toThrow--;
                    ponger.Tell(message);
                }

                if (--_toCatch == 0)
                    done.Signal();
                return;
            }

            for (var i = 0; i < InFlight; i++, _toThrow--)
                ponger.Tell(Ball.Instance);
        }
    }
}
