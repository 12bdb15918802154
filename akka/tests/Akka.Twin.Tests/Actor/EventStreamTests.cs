using System;
using System.Threading;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Twin.Tests.Actor;

public sealed class EventStreamTests : SystemFixture
{
    [Fact]
    public void Subtypes_and_interfaces_match_and_each_subscriber_gets_an_event_once()
    {
        IActorRef actor = Sys.ActorOf(new Script { OnMessage = (_, m) => Report(m) }.Props);
        Assert.True(Sys.EventStream.Subscribe<Animal>(actor));
        Assert.False(Sys.EventStream.Subscribe<Animal>(actor));
        Assert.False(Sys.EventStream.Subscribe<Cat>(actor));
        Sys.EventStream.Subscribe<INamed>(actor);
        Cat cat = new();
        Sys.EventStream.Publish(cat);
        Sys.EventStream.Publish(new Stone());
        Sys.EventStream.Publish("text");
        Assert.Equal(new object[] { cat, new Stone() }, Next(2));
        Assert.True(Sys.EventStream.Unsubscribe(actor));
        Sys.EventStream.Publish(cat);
        Drain(actor);
        Assert.Empty(Rest());
    }

    [Fact]
    public void A_subscriber_that_stops_is_taken_off()
    {
        IActorRef letters = Sys.ActorOf(new Script { OnMessage = (_, m) => Report(m) }.Props);
        IActorRef actor = Sys.ActorOf(new Script().Props);
        Sys.EventStream.Subscribe<Cat>(actor);
        Await(actor.GracefulStop(Limit));
        IActorRef unsubscriber = Await(Sys.ActorSelection("/system/eventStreamUnsubscriber").ResolveOne(Limit));
        SpinWait.SpinUntil(() => !Sys.EventStream.Unsubscribe(actor), Limit);
        Sys.EventStream.Subscribe<DeadLetter>(letters);
        Drain(unsubscriber);
        Sys.EventStream.Publish(new Cat());
        Sys.DeadLetters.Tell("end");
        Assert.Equal("end", ((DeadLetter)Next()).Message);
    }

    [Fact]
    public void A_dead_subscriber_to_dead_letters_does_not_feed_itself()
    {
        IActorRef living = Sys.ActorOf(new Script { OnMessage = (_, m) => Report(((DeadLetter)m).Message) }.Props);
        IActorRef dead = Sys.ActorOf(new Script().Props);
        Await(dead.GracefulStop(Limit));
        // As if it had died between a subscription and the unsubscriber's notice.
        ((ActorEventBus<object, Type>)Sys.EventStream).Subscribe(dead, typeof(DeadLetter));
        Sys.EventStream.Subscribe<DeadLetter>(living);
        Sys.DeadLetters.Tell("lost");
        Assert.Equal("lost", Next());
        Drain(living);
        Assert.Empty(Rest());
    }

    [Fact]
    public void Unhandled_and_suppressed_messages_are_published_as_what_they_are()
    {
        IActorRef letters = Sys.ActorOf(new Script { OnMessage = (_, m) => Report(m) }.Props);
        Sys.EventStream.Subscribe<AllDeadLetters>(letters);
        IActorRef actor = Sys.ActorOf(new Script { OnMessage = (self, m) => self.PassOn(m) }.Props);
        actor.Tell("unknown", Sys.DeadLetters);
        UnhandledMessage unhandled = Assert.IsType<UnhandledMessage>(Next());
        Assert.Equal(("unknown", actor), (unhandled.Message, unhandled.Recipient));
        Sys.DeadLetters.Tell(new Hushed());
        Assert.IsType<Hushed>(Assert.IsType<SuppressedDeadLetter>(Next()).Message);
        Sys.DeadLetters.Tell("lost");
        Assert.Equal("lost", Assert.IsType<DeadLetter>(Next()).Message);
    }

    private interface INamed;

    private class Animal;

    private sealed class Cat : Animal, INamed;

    private sealed record Stone : INamed;

    private sealed class Hushed : IDeadLetterSuppression;
}

public sealed class LoggingTests : SystemFixture
{
    [Fact]
    public void Loggers_get_the_configured_levels_with_source_and_formatted_text()
    {
        string config = "akka { loglevel = WARNING, stdout-loglevel = OFF, loggers = [\"Akka.Twin.Tests.Actor.CollectingLogger, Akka.Twin.Tests\"] }";
        ActorSystem system = ActorSystem.Create("logged", config);
        Action<LogEvent> collect = e => Report(e);
        CollectingLogger.Collectors.TryAdd(system.Name, collect);
        try
        {
            ILoggingAdapter log = Logging.GetLogger(system, "here");
            Assert.False(log.IsInfoEnabled);
            log.Info("not {0}", "this");
            log.Warning("{0} of {1}", 1, 2);
            log.Error(new TestFailure(), "bad {0}");
            LogEvent warning = Assert.IsType<Warning>(Next());
            Assert.Equal("1 of 2", warning.Message.ToString());
            Assert.Equal("here(akka://logged)", warning.LogSource);
            LogEvent error = Assert.IsType<Error>(Next());
            Assert.IsType<TestFailure>(error.Cause);
            Assert.Equal("bad {0}", error.Message.ToString());
            system.EventStream.SetLogLevel(LogLevel.DebugLevel);
            log.Debug("fine");
            Assert.Equal("fine", Assert.IsType<Debug>(Next()).Message);
            log.Warning("wrong {1} format", 1);
            Assert.Contains("wrong", ((LogEvent)Next()).Message.ToString());
            system.ActorOf(new Script { OnMessage = (_, _) => throw new TestFailure("in an actor") }.Props, "a").Tell("x");
            Error failure;
            while ((failure = Next() as Error) is null) continue;
            Assert.Equal(("in an actor", "akka://logged/user/a"), (failure.Message.ToString(), failure.LogSource));
        }
        finally
        {
            CollectingLogger.Collectors.TryRemove(system.Name, out _);
            Await(system.Terminate());
        }
    }
}

public sealed class CollectingLogger : ReceiveActor
{
    public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Action<LogEvent>> Collectors = new();

    public CollectingLogger()
    {
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(e =>
        {
            if (Collectors.TryGetValue(Context.System.Name, out Action<LogEvent> collect)) collect(e);
        });
    }
}
