using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Systems;

public class CoordinatedShutdownTests
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka { stdout-loglevel = OFF, loglevel = OFF }");
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<string> _ran = new();

    [Fact]
    public async Task Phases_run_in_their_order_and_the_system_ends_with_them()
    {
        var system = ActorSystem.Create("ordered", Quiet);
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "last", Ran("last"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "first", Ran("first"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "middle", Ran("middle"));

        await shutdown.Run(CoordinatedShutdown.ClusterDowningReason.Instance).WaitAsync(Soon);

        Assert.Equal(["first", "middle", "last"], _ran);
        Assert.IsType<CoordinatedShutdown.ClusterDowningReason>(shutdown.ShutdownReason);
        await system.WhenTerminated.WaitAsync(Soon);
    }

    [Fact]
    public async Task Only_the_first_run_counts()
    {
        var system = ActorSystem.Create("once", Quiet);
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Null(shutdown.ShutdownReason);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "task", Ran("task"));

        var first = shutdown.Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
        var second = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);
        await Task.WhenAll(first, second).WaitAsync(Soon);

        Assert.Equal(["task"], _ran);
        Assert.IsType<CoordinatedShutdown.ClusterLeavingReason>(shutdown.ShutdownReason);
        await system.WhenTerminated.WaitAsync(Soon);
    }

    [Fact]
    public async Task A_failing_or_late_task_does_not_stop_the_phases_after_it()
    {
        var config = ConfigurationFactory.ParseString("akka.coordinated-shutdown.phases.service-stop.timeout = 100ms").WithFallback(Quiet);
        var system = ActorSystem.Create("failing", config);
        var shutdown = CoordinatedShutdown.Get(system);
        var never = new TaskCompletionSource<Done>();
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "fails", () => Task.FromException<Done>(new InvalidOperationException("no")));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "hangs", () => never.Task);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "after", Ran("after"));

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Soon);

        Assert.Equal(["after"], _ran);
        await system.WhenTerminated.WaitAsync(Soon);
    }

    [Fact]
    public async Task Terminating_the_system_runs_the_shutdown()
    {
        var system = ActorSystem.Create("terminated", Quiet);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "task", Ran("task"));

        await system.Terminate().WaitAsync(Soon);

        Assert.Equal(["task"], _ran);
        Assert.IsType<CoordinatedShutdown.ActorSystemTerminateReason>(CoordinatedShutdown.Get(system).ShutdownReason);
    }

    [Fact]
    public async Task Terminating_from_inside_of_a_phase_joins_the_running_shutdown()
    {
        var system = ActorSystem.Create("inside", Quiet);
        var shutdown = CoordinatedShutdown.Get(system);
        Task? inner = null;
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "terminates", () =>
        {
            inner = system.Terminate();
            return Task.FromResult(Done.Instance);
        });

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Soon);
        await inner!.WaitAsync(Soon);

        Assert.IsType<CoordinatedShutdown.UnknownReason>(shutdown.ShutdownReason);
    }

    [Fact]
    public async Task A_phase_of_ones_own_runs_where_the_configuration_puts_it()
    {
        var config = ConfigurationFactory.ParseString("""
            akka.coordinated-shutdown.phases {
              own { depends-on = [service-unbind], timeout = 7s }
              service-stop { depends-on = [service-requests-done, own] }
              service-requests-done { enabled = off }
            }
            """).WithFallback(Quiet);
        var system = ActorSystem.Create("own", config);
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "stop", Ran("stop"));
        shutdown.AddTask("own", "own", Ran("own"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "unbind", Ran("unbind"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "disabled", Ran("disabled"));
        Assert.Equal(TimeSpan.FromSeconds(7), shutdown.Timeout("own"));

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Soon);

        Assert.Equal(["unbind", "own", "stop"], _ran);
        await system.WhenTerminated.WaitAsync(Soon);
    }

    [Fact]
    public async Task A_phase_that_may_not_fail_ends_the_run_with_its_failure()
    {
        var config = ConfigurationFactory.ParseString("akka.coordinated-shutdown.phases.service-stop.recover = off").WithFallback(Quiet);
        var system = ActorSystem.Create("strict", config);
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "fails", () => Task.FromException<Done>(new InvalidOperationException("planned")));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeClusterShutdown, "after", Ran("after"));

        await Assert.ThrowsAnyAsync<Exception>(() => shutdown.Run(CoordinatedShutdown.UnknownReason.Instance)).WaitAsync(Soon);

        Assert.Empty(_ran);
        Assert.False(system.WhenTerminated.IsCompleted);
        ((ExtendedActorSystem)system).Abort();
        await system.WhenTerminated.WaitAsync(Soon);
    }

    [Fact]
    public async Task A_run_may_begin_at_a_later_phase()
    {
        var system = ActorSystem.Create("later", Quiet);
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "early", Ran("early"));
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterShutdown, "late", Ran("late"));

        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseClusterLeave).WaitAsync(Soon);

        Assert.Equal(["late"], _ran);
        await system.WhenTerminated.WaitAsync(Soon);
    }

    [Fact]
    public async Task A_task_in_an_unknown_phase_is_refused()
    {
        using var system = ActorSystem.Create("unknown", Quiet);
        Assert.ThrowsAny<Exception>(() => CoordinatedShutdown.Get(system).AddTask("no-such-phase", "task", Ran("task")));
        await system.Terminate().WaitAsync(Soon);
    }

    private Func<Task<Done>> Ran(string name) => () =>
    {
        _ran.Enqueue(name);
        return Task.FromResult(Done.Instance);
    };
}
