using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit;

namespace Akka.Contract.Tests.Systems;

public class LoggingTests : PatientTestKit
{
    public LoggingTests() : base("""
        akka.log-dead-letters = 3
        akka.log-dead-letters-suspend-duration = infinite
        akka.loglevel = DEBUG
        akka.stdout-loglevel = OFF
        akka.actor.debug.receive = on
        """)
    {
    }

    [Fact]
    public void Dead_letters_are_logged_up_to_the_limit_with_their_recipient()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var nobody = Sys.ActorOf(Props.Create(() => new Listening()), "gone");
        Watch(nobody);
        Sys.Stop(nobody);
        ExpectTerminated(nobody);
        for (var i = 0; i < 6; i++)
        {
            nobody.Tell("letter");
        }

        for (var i = 0; i < 3; i++)
        {
            var info = (Info)FishForMessage(m => m is Info logged && logged.Message.ToString()!.Contains("was not delivered"));
            Assert.Equal(nobody.Path.ToString(), info.LogSource);
        }

        // What is logged later comes later: no fourth line stands before it.
        Sys.Log.Info("end");
        var next = FishForMessage(m => m is Info logged && (logged.Message.ToString() == "end" || logged.Message.ToString()!.Contains("was not delivered")));
        Assert.Equal("end", ((Info)next).Message.ToString());
    }

    [Fact]
    public void An_actor_that_wants_it_has_its_messages_logged()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Debug));
        var actor = Sys.ActorOf(Props.Create(() => new Listening()), "listening");
        actor.Tell("something");
        FishForMessage(m => m is Debug debug && debug.LogSource.StartsWith(actor.Path.ToString(), StringComparison.Ordinal)
            && debug.Message.ToString()!.Contains("received handled message something"));
    }

    [Fact]
    public async Task A_logger_of_ones_own_is_asked_to_begin_and_gets_what_its_level_allows()
    {
        using var system = ActorSystem.Create("logging", ConfigurationFactory.ParseString($$"""
            akka { loglevel = WARNING, stdout-loglevel = OFF, loggers = ["{{typeof(Collecting).FullName}}, {{typeof(Collecting).Assembly.GetName().Name}}"] }
            """));
        var log = Logging.GetLogger(system, "source");
        Assert.False(log.IsInfoEnabled);
        Assert.True(log.IsWarningEnabled);
        log.Info("quiet {0}", 1);
        log.Warning("loud {0} of {1}", 1, "two");
        log.Error(new InvalidOperationException("cause"), "louder");
        var first = await Collecting.Next(system);
        Assert.IsType<Warning>(first);
        Assert.Equal("loud 1 of two", first.Message.ToString());
        Assert.StartsWith("source", first.LogSource);
        var second = await Collecting.Next(system);
        Assert.IsType<Error>(second);
        Assert.Equal("cause", second.Cause.Message);
        system.EventStream.SetLogLevel(LogLevel.InfoLevel);
        log.Info("heard {0}", 2);
        Assert.Equal("heard 2", (await Collecting.Next(system)).Message.ToString());
        await system.Terminate();
    }

    private sealed class Listening : ReceiveActor, ILogReceive
    {
        public Listening()
        {
            Receive<string>(static _ => { });
        }
    }

    public sealed class Collecting : ReceiveActor
    {
        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<ActorSystem, System.Threading.Channels.Channel<LogEvent>> Logs = [];

        public Collecting()
        {
            var log = LogOf(Context.System);
            Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
            Receive<LogEvent>(logged => log.Writer.TryWrite(logged));
        }

        public static Task<LogEvent> Next(ActorSystem system) =>
            LogOf(system).Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        private static System.Threading.Channels.Channel<LogEvent> LogOf(ActorSystem system) =>
            Logs.GetValue(system, static _ => System.Threading.Channels.Channel.CreateUnbounded<LogEvent>());
    }
}
