using Akka.Actor;
using Akka.Configuration;

namespace Bench;

/// <summary>A quiet ActorSystem with the defaults of the library.</summary>
internal static class BenchSystem
{
    public static ActorSystem Create(string name = "bench", string config = "") => ActorSystem.Create(
        name,
        ConfigurationFactory.ParseString(config + "\nakka { loglevel = WARNING, stdout-loglevel = WARNING, log-dead-letters = off, log-dead-letters-during-shutdown = off }"));

    public static void Stop(ActorSystem system) => system.Terminate().Wait(TimeSpan.FromSeconds(30));
}
