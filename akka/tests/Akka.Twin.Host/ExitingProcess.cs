using System;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Twin.Host;

/// <summary>
/// A system without network whose end is looked at: it says when a task of a shutdown phase runs, with the reason, and when its actor stops. It waits
/// to be signalled, or leaves Main without ending its system when it is told "return".
/// </summary>
internal static class ExitingProcess
{
    public const string Key = "twin.exiting";

    public static async Task<int> RunAsync(Config config)
    {
        // Since .NET 10 the runtime itself no longer turns the signal into an orderly exit.
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            _ = Task.Run(() => Environment.Exit(0));
        });
        var system = ActorSystem.Create("twin", config);
        var shutdown = CoordinatedShutdown.Get(system);
        foreach (string phase in new[] { CoordinatedShutdown.PhaseBeforeServiceUnbind, CoordinatedShutdown.PhaseServiceStop })
        {
            shutdown.AddTask(phase, "say", async () =>
            {
                await Task.Yield();
                Program.Say($"phase {phase} {shutdown.ShutdownReason.GetType().Name}");
                return Done.Instance;
            });
        }

        system.ActorOf(Props.Create(() => new LastWords()));
        Program.Say("ready exiting");
        await Task.WhenAny(system.WhenTerminated, Task.Run(() =>
        {
            while (Console.In.ReadLine() is { } line && line != "return")
            {
            }
        }));
        return 0;
    }

    private sealed class LastWords : UntypedActor
    {
        protected override void PostStop() => Program.Say("stopped");

        protected override void OnReceive(object message)
        {
        }
    }
}
