using Akka.Actor;

namespace Bench;

/// <summary>One thread tells, one actor counts; no bound on what waits in between.</summary>
internal static class CoreTell
{
    private const int Messages = 5_000_000;

    public static readonly BenchRow OneWay = new(
        "core-tell", "one-way tell from a thread into one actor", "M msg/s", 1e6, Aim.Times(0.8, 15, 23), Run);

    private static Sample Run()
    {
        var system = BenchSystem.Create();
        try
        {
            using var done = new ManualResetEventSlim();
            var counter = system.ActorOf(Props.Create(() => new Counter(Messages, done)));
            var message = new object();
            return Sample.Of(Messages, () =>
            {
                for (var i = 0; i < Messages; i++)
                    counter.Tell(message);
                done.Wait();
            });
        }
        finally
        {
            BenchSystem.Stop(system);
        }
    }

    private sealed class Counter(int expected, ManualResetEventSlim done) : UntypedActor
    {
        private int _left = expected;

        protected override void OnReceive(object message)
        {
            if (--_left == 0)
                done.Set();
        }
    }
}
