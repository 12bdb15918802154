using Akka.Actor;

namespace Bench;

/// <summary>Actors below /user, made from outside one after the other; all are running at the end.</summary>
internal static class CoreActorOf
{
    private const int Actors = 100_000;

    public static readonly BenchRow TopLevel = new(
        "core-actor-of", "top-level ActorOf", "k/s", 1e3, Aim.Times(1, 81, 94), Run);

    private static Sample Run()
    {
        var system = BenchSystem.Create();
        try
        {
            using var started = new CountdownEvent(Actors);
            var props = Props.Create(() => new Starter(started));
            return Sample.Of(Actors, () =>
            {
                for (var i = 0; i < Actors; i++)
                    system.ActorOf(props);
                started.Wait();
            });
        }
        finally
        {
            BenchSystem.Stop(system);
        }
    }

    private sealed class Starter(CountdownEvent started) : UntypedActor
    {
        protected override void PreStart() => started.Signal();

        protected override void OnReceive(object message)
        {
        }
    }
}
