using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.TestActors;
using Xunit;
using Xunit.Sdk;

namespace Akka.Contract.Tests.Kit;

public class EventFilterTests : PatientTestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    public EventFilterTests() : base("akka.loglevel = DEBUG")
    {
    }

    [Fact]
    public void Messages_are_matched_whole_by_start_by_part_or_by_pattern()
    {
        EventFilter.Info("disk full").ExpectOne(() => Log.Info("disk full"));
        EventFilter.Warning(start: "disk").ExpectOne(() => Log.Warning("disk {0}", "full"));
        EventFilter.Error(contains: "k fu").ExpectOne(() => Log.Error("disk full"));
        EventFilter.Debug(new Regex("^disk .*$")).ExpectOne(() => Log.Debug("disk full"));
    }

    [Fact]
    public void Too_few_or_too_many_events_fail()
    {
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("expected").ExpectOne(Short, () => Log.Info("other")));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("expected").Expect(0, Short, () =>
        {
            // When the second one has come through, so has the first.
            EventFilter.Info("after it").ExpectOne(() =>
            {
                Log.Info("expected");
                Log.Info("after it");
            });
        }));
        EventFilter.Info("expected").Expect(2, () =>
        {
            Log.Info("expected");
            Log.Info("expected");
        });
    }

    [Fact]
    public void Exceptions_are_matched_by_their_type_and_text()
    {
        EventFilter.Exception<InvalidOperationException>("inner text").ExpectOne(
            () => Log.Error(new InvalidOperationException("inner text"), "outer text"));
        EventFilter.Exception<InvalidOperationException>(contains: "outer").ExpectOne(
            () => Log.Error(new InvalidOperationException("inner text"), "outer text"));
        Assert.ThrowsAny<XunitException>(
            () => EventFilter.Exception<ArgumentException>().ExpectOne(Short, () => Log.Error(new InvalidOperationException("x"), "y")));
    }

    [Fact]
    public void Dead_letters_are_matched_by_type()
    {
        var gone = CreateTestProbe();
        Watch(gone.Ref);
        Sys.Stop(gone.Ref);
        ExpectTerminated(gone.Ref);

        EventFilter.DeadLetter<string>().ExpectOne(() => gone.Tell("late"));
        EventFilter.DeadLetter().Expect(2, () =>
        {
            gone.Tell(1);
            gone.Tell(2);
        });
    }

    [Fact]
    public async Task Events_that_come_later_than_the_action_are_waited_for()
    {
        var actor = Sys.ActorOf(Props.Create(() => new LoggingActor()), "logging");
        await EventFilter.Info("hello from the actor", source: actor.Path.ToString()).ExpectOneAsync(() => actor.Tell("hello from the actor"));
        await EventFilter.Custom(logEvent => logEvent.Message.ToString() == "custom").ExpectOneAsync(() => actor.Tell("custom"));
    }

    [Fact]
    public void Several_filters_count_together()
    {
        EventFilter.Info("a").And.Warning("b").Expect(2, () =>
        {
            Log.Info("a");
            Log.Warning("b");
        });
    }

    [Fact]
    public void A_muted_filter_ends_with_its_disposal()
    {
        using (EventFilter.Info("quiet").Mute())
        {
            Log.Info("quiet");
        }

        EventFilter.Info("quiet").ExpectOne(() => Log.Info("quiet"));
    }

    [Fact]
    public void An_unhandled_message_can_be_expected_as_a_warning()
    {
        var actor = Sys.ActorOf(Props.Create(() => new LoggingActor()));
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        actor.Tell(3.5);
        Assert.Equal(3.5, ExpectMsg<UnhandledMessage>().Message);
    }

    private sealed class LoggingActor : ReceiveActor
    {
        public LoggingActor()
        {
            var log = Context.GetLogger();
            Receive<string>(text => log.Info(text));
        }
    }
}
