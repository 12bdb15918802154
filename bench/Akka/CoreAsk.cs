using Akka.Actor;

namespace Bench;

/// <summary>One question after the other, each awaited, with a time limit as every question should have.</summary>
internal static class CoreAsk
{
    private const int Questions = 500_000;

    public static readonly BenchRow Sequential = new(
        "core-ask", "sequential ask, with 5 s timeout", "k/s", 1e3, Aim.Times(0.8, 1_300, 1_600), Run);

    private static Sample Run()
    {
        var system = BenchSystem.Create();
        try
        {
            var echo = system.ActorOf(Props.Create(() => new Echo()));
            return Sample.Of(Questions, () => Task.Run(() => AskAll(echo)).Wait());
        }
        finally
        {
            BenchSystem.Stop(system);
        }
    }

    private static async Task AskAll(IActorRef echo)
    {
        var timeout = TimeSpan.FromSeconds(5);
        var question = new object();
        for (var i = 0; i < Questions; i++)
            await echo.Ask<object>(question, timeout).ConfigureAwait(false);
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
