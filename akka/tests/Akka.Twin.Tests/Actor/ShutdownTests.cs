using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class ShutdownTests : SystemFixture
{
    [Fact]
    public void Phases_run_in_order_although_tasks_fail_or_are_late()
    {
        ActorSystem system = ActorSystem.Create("phases", Quiet + """
            akka.coordinated-shutdown.phases {
              service-unbind.timeout = 30ms
              extra { depends-on = [service-stop] }
              before-cluster-shutdown.depends-on = [service-stop, extra]
              service-requests-done.enabled = off
            }
            """);
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
        Assert.Same(shutdown, CoordinatedShutdown.Get(system));
        Assert.Null(shutdown.ShutdownReason);
        TaskCompletionSource never = new();
        Add(CoordinatedShutdown.PhaseServiceStop, "stop", () => { });
        Add(CoordinatedShutdown.PhaseBeforeServiceUnbind, "first", () => throw new TestFailure());
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "late", async () =>
        {
            Report("late");
            await never.Task;
            return Done.Instance;
        });
        Add(CoordinatedShutdown.PhaseServiceRequestsDone, "disabled", () => { });
        Add("extra", "extra", () => { });
        Add(CoordinatedShutdown.PhaseBeforeClusterShutdown, "after extra", () => { });
        // Awaiting this here would wait for itself; the call gives the run that is on its way.
        Add(CoordinatedShutdown.PhaseClusterLeave, "terminate", () => _ = system.Terminate());
        Assert.Throws<ConfigurationException>(() => Add("unknown", "x", () => { }));
        Task<Done> run = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);
        Assert.Same(run, shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance));
        Await(run);
        Await(system.WhenTerminated);
        Assert.Same(CoordinatedShutdown.UnknownReason.Instance, shutdown.ShutdownReason);
        Assert.Equal(new object[] { "first", "late", "stop", "extra", "after extra", "terminate" }, Rest());

        void Add(string phase, string name, Action action) => shutdown.AddTask(phase, name, () =>
        {
            Report(name);
            action();
            return Task.FromResult(Done.Instance);
        });
    }

    [Fact]
    public void Without_recovery_a_failed_phase_ends_the_run()
    {
        ActorSystem system = ActorSystem.Create("strict", Quiet + "akka.coordinated-shutdown.phases.service-stop.recover = off");
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "bad", () => throw new TestFailure());
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterLeave, "next", () =>
        {
            Report("next");
            return Task.FromResult(Done.Instance);
        });
        AggregateException failure = Assert.Throws<AggregateException>(() => Await(shutdown.Run(CoordinatedShutdown.UnknownReason.Instance)));
        Assert.IsType<TestFailure>(failure.InnerException);
        Assert.Empty(Rest());
        Assert.False(system.WhenTerminated.IsCompleted);
        ((ExtendedActorSystem)system).Abort();
        Await(system.WhenTerminated);
    }

    [Fact]
    public void A_module_with_a_termination_hook_ends_after_the_users_actors_and_before_the_system()
    {
        ActorSystem system = ActorSystem.Create("hooked", Quiet);
        Script module = new()
        {
            OnPreStart = self => ((ExtendedActorSystem)self.Own.System).SystemGuardian.Tell(
                Akka.Dispatch.SysMsg.RegisterTerminationHook.Instance, self.Self),
            OnMessage = (self, m) =>
            {
                if (m is not Akka.Dispatch.SysMsg.TerminationHook) return;
                Report("hook");
                Report(self.Own.System.WhenTerminated.IsCompleted);
                self.Sender.Tell(Akka.Dispatch.SysMsg.TerminationHookDone.Instance);
            },
        };
        Drain(((ExtendedActorSystem)system).SystemActorOf(module.Props, "module"));
        Drain(system.ActorOf(new Script { OnPostStop = _ => Report("user") }.Props));
        Await(system.Terminate());
        Assert.Equal(new object[] { "user", "hook", false }, Rest());
    }

    [Fact]
    public void Two_systems_share_neither_context_nor_actors()
    {
        ActorSystem other = ActorSystem.Create("other", Quiet);
        IActorRef here = Sys.ActorOf(new Script
        {
            OnMessage = (self, m) =>
            {
                if (m is IActorRef there) there.Tell("implicit");
                else Report(m);
            },
        }.Props, "same");
        IActorRef there = other.ActorOf(new Script
        {
            OnMessage = (self, m) =>
            {
                Report(self.Sender);
                self.Sender.Tell("back");
            },
        }.Props, "same");
        here.Tell(there);
        Assert.Equal(new object[] { here, "back" }, Next(2));
        Assert.NotEqual(here, there);
        Assert.Null(InternalCurrentActorCellKeeper.Current);
        Assert.True(((ExtendedActorSystem)other).Provider.ResolveActorRef(here.Path.ToSerializationFormat()).IsNobody());
        Await(other.Terminate());
        Assert.Equal("back", Await(Sys.ActorOf(new Script { OnMessage = (self, _) => self.Sender.Tell("back") }.Props).Ask<string>(1, Limit)));
    }

    [Fact]
    public void Extensions_are_made_once_and_injected_defaults_do_not_override_the_user()
    {
        Counted.Made = 0;
        Task<Counted>[] asked = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Sys.WithExtension<Counted, CountedProvider>())).ToArray();
        Counted[] got = asked.Select(Await).ToArray();
        Assert.All(got, c => Assert.Same(got[0], c));
        Assert.Equal(1, Counted.Made);
        Assert.Null(new NeverRegistered().Get(Sys));
        ActorSystem system = ActorSystem.Create("inject", Quiet + "akka.mine = user");
        Akka.Serialization.Serialization before = system.Serialization;
        system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString("akka { mine = module, other = module, actor.ask-timeout = 3s }"));
        Config config = system.Settings.Config;
        Assert.Equal(("user", "module"), (config.GetString("akka.mine"), config.GetString("akka.other")));
        Assert.Equal(TimeSpan.FromSeconds(3), config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.NotSame(before, system.Serialization);
        Await(system.Terminate());
    }

    [Fact]
    public void A_system_that_cannot_start_leaves_nothing_running()
    {
        Assert.Throws<ConfigurationException>(() => ActorSystem.Create("bad", Quiet + "akka.actor.provider = \"No.Such, Thing\""));
        Assert.Throws<ConfigurationException>(() => ActorSystem.Create("bad", Quiet + "akka.loggers = [\"No.Such, Thing\"]"));
        Assert.Throws<ConfigurationException>(() => ActorSystem.Create("bad", Quiet + "akka.coordinated-shutdown.terminate-actor-system = off"));
    }

    private sealed class Counted : IExtension
    {
        public static int Made;

        public Counted() => Interlocked.Increment(ref Made);
    }

    private sealed class CountedProvider : ExtensionIdProvider<Counted>
    {
        public override Counted CreateExtension(ExtendedActorSystem system) => new();
    }

    private sealed class Unused : IExtension;

    private sealed class NeverRegistered : ExtensionIdProvider<Unused>
    {
        public override Unused CreateExtension(ExtendedActorSystem system) => new();
    }
}
