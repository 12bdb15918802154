using Akka.Actor;
using Akka.Configuration;
using Akka.Contract.Tests.Serialization;
using Akka.TestKit.TestActors;
using Xunit;

namespace Akka.Contract.Tests.Systems;

public class ActorSystemTests
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka { stdout-loglevel = OFF, loglevel = OFF }");
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("with_underscore")]
    [InlineData("with.dot")]
    [InlineData("-dash")]
    [InlineData("")]
    public void A_bad_name_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => ActorSystem.Create(name, Quiet));
    }

    [Fact]
    public async Task Termination_stops_everything_and_runs_the_callbacks_in_reverse()
    {
        var system = ActorSystem.Create("ending", Quiet);
        var order = new List<string>();
        system.RegisterOnTermination(() => order.Add("first registered"));
        system.RegisterOnTermination(() => order.Add("last registered"));
        var stopped = new TaskCompletionSource();
        system.ActorOf(Props.Create(() => new Stopping(stopped)));

        var first = system.Terminate();
        await first.WaitAsync(Soon);
        await system.WhenTerminated.WaitAsync(Soon);

        Assert.True(stopped.Task.IsCompleted);
        Assert.Equal(["last registered", "first registered"], order);
        Assert.Throws<InvalidOperationException>(() => system.RegisterOnTermination(() => { }));
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(BlackHoleActor.Props));
    }

    [Fact]
    public async Task The_users_configuration_wins_over_the_defaults()
    {
        using var system = ActorSystem.Create("configured", ConfigurationFactory.ParseString("akka.actor.ask-timeout = 7s").WithFallback(Quiet));

        Assert.Equal(TimeSpan.FromSeconds(7), system.Settings.Config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.Equal(TimeSpan.FromMilliseconds(10), system.Settings.Config.GetTimeSpan("akka.scheduler.tick-duration"));
        await system.Terminate().WaitAsync(Soon);
    }

    [Fact]
    public async Task One_system_can_be_made_with_the_whole_configuration_of_another()
    {
        using var first = ActorSystem.Create("first", ConfigurationFactory.ParseString("mine.key = 1").WithFallback(Quiet));
        using var second = ActorSystem.Create("second", ConfigurationFactory.ParseString("mine.key = 2").WithFallback(first.Settings.Config));

        Assert.Equal(2, second.Settings.Config.GetInt("mine.key"));
        Assert.Equal("OFF", second.Settings.Config.GetString("akka.loglevel"));
        await Task.WhenAll(first.Terminate(), second.Terminate()).WaitAsync(Soon);
    }

    [Fact]
    public async Task Defaults_that_come_later_do_not_override_the_user()
    {
        using var system = ActorSystem.Create("late", ConfigurationFactory.ParseString("mine.key = user\nmine.list = [1]").WithFallback(Quiet));
        var before = system.Settings.Config;

        system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString("mine { key = default, other = default, list = [1, 2] }"));

        Assert.Equal("user", system.Settings.Config.GetString("mine.key"));
        Assert.Equal("default", system.Settings.Config.GetString("mine.other"));
        Assert.Single(system.Settings.Config.GetIntList("mine.list"));
        Assert.NotSame(before, system.Settings.Config);
        await system.Terminate().WaitAsync(Soon);
    }

    [Fact]
    public async Task Serializers_among_defaults_that_come_later_are_used()
    {
        using var system = ActorSystem.Create("late-serializer", Quiet);
        var before = system.Serialization;

        system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString("""
            akka.actor {
              serializers.base = "Akka.Contract.Tests.Serialization.BaseSerializer, Akka.Contract.Tests"
              serialization-bindings { "Akka.Contract.Tests.Serialization.Derived, Akka.Contract.Tests" = base }
            }
            """));

        Assert.NotSame(before, system.Serialization);
        Assert.IsType<BaseSerializer>(system.Serialization.FindSerializerFor(new Derived("text")));
        await system.Terminate().WaitAsync(Soon);
    }

    [Fact]
    public async Task An_escalation_out_of_the_user_guardian_ends_the_system()
    {
        var config = ConfigurationFactory.ParseString(
            "akka.actor.guardian-supervisor-strategy = \"Akka.Contract.Tests.Systems.Escalating, Akka.Contract.Tests\"").WithFallback(Quiet);
        var system = ActorSystem.Create("escalating", config);
        system.ActorOf(Props.Create(() => new Failing())).Tell("fail");
        await system.WhenTerminated.WaitAsync(Soon);
    }

    [Fact]
    public async Task An_extension_is_made_once_however_many_ask_for_it()
    {
        using var system = ActorSystem.Create("extended", Quiet);
        Assert.False(system.HasExtension<Counter>());
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => system.WithExtension<Counter, CounterProvider>())));
        Assert.Single(made.Distinct());
        Assert.Same(made[0], system.GetExtension<Counter>());
        await system.Terminate().WaitAsync(Soon);
    }

    [Fact]
    public async Task Two_systems_in_one_process_live_and_die_on_their_own()
    {
        var first = ActorSystem.Create("same", Quiet);
        using var second = ActorSystem.Create("same", Quiet);
        var echo = second.ActorOf(SimpleEchoActor.Props());
        await first.Terminate().WaitAsync(Soon);
        Assert.Equal("alive", await echo.Ask<string>("alive", Soon));
        await second.Terminate().WaitAsync(Soon);
    }

    private sealed class Stopping(TaskCompletionSource stopped) : ReceiveActor
    {
        protected override void PostStop() => stopped.TrySetResult();
    }

    private sealed class Failing : ReceiveActor
    {
        public Failing()
        {
            ReceiveAny(_ => throw new InvalidOperationException("asked to"));
        }
    }

    private sealed class Counter : IExtension;

    private sealed class CounterProvider : ExtensionIdProvider<Counter>
    {
        public override Counter CreateExtension(ExtendedActorSystem system) => new();
    }
}

public sealed class Escalating : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => new OneForOneStrategy(_ => Directive.Escalate);
}
