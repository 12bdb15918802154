using System;
using System.Threading.Tasks;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>Gives a system its shutdown.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    /// <inheritdoc/>
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system)
    {
        Config config = system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        CoordinatedShutdown shutdown = new(system, ShutdownPhase.Read(config));
        AddLastPhase(system, config, shutdown);
        if (config.GetBoolean("run-by-clr-shutdown-hook")) RunAtProcessExit(system, shutdown);
        return shutdown;
    }

    private static void AddLastPhase(ExtendedActorSystem system, Config config, CoordinatedShutdown shutdown)
    {
        bool terminate = config.GetBoolean("terminate-actor-system");
        bool exit = config.GetBoolean("exit-clr");
        if (!terminate && !exit) return;
        shutdown.AddTask(CoordinatedShutdown.PhaseActorSystemTerminate, "terminate-system", async () =>
        {
            if (terminate)
            {
                ((Internal.ActorSystemImpl)system).FinalTerminate();
                await system.WhenTerminated.ConfigureAwait(false);
            }

            // From the exit hook itself this would wait for ever.
            if (exit && shutdown.ShutdownReason is not CoordinatedShutdown.ClrExitReason) Environment.Exit(0);
            return Done.Instance;
        });
    }

    /// <summary>
    /// At Environment.Exit and at the end of Main. A signal is one only if the program makes it one: since .NET 10 the runtime no
    /// longer handles SIGTERM by itself, and to catch it here would come in the way of the program's own handling.
    /// </summary>
    private static void RunAtProcessExit(ExtendedActorSystem system, CoordinatedShutdown shutdown)
    {
        EventHandler hook = (_, _) =>
        {
            Task<Done> run = shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
            try
            {
                run.Wait(shutdown.TotalTimeout);
            }
            catch (AggregateException)
            {
                // Logged where it happened; the process goes down either way.
            }
        };
        AppDomain.CurrentDomain.ProcessExit += hook;
        system.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= hook);
    }
}
