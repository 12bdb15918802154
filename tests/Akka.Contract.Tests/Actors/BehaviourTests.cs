using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Contract.Tests.Actors;

public class BehaviourTests : PatientTestKit
{
    [Fact]
    public void Handlers_are_tried_in_their_order_and_a_refusal_goes_on_to_the_next()
    {
        var actor = Sys.ActorOf(Props.Create(() => new OrderedActor()));
        actor.Tell(5);
        ExpectMsg("small");
        actor.Tell(50);
        ExpectMsg("any int");
        actor.Tell("text");
        ExpectMsg("object");
    }

    [Fact]
    public void Nothing_can_be_registered_behind_a_catch_all_or_outside_of_construction()
    {
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() => Sys.ActorOf(Props.Create(() => new LateRegistration())));
        var actor = Sys.ActorOf(Props.Create(() => new RuntimeRegistration()));
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("register"));
    }

    [Fact]
    public void A_message_that_nobody_handles_is_published_and_throws_nothing()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new RuntimeRegistration()));
        actor.Tell(3.5);
        var unhandled = ExpectMsg<UnhandledMessage>();
        Assert.Equal((3.5, actor), (unhandled.Message, unhandled.Recipient));
    }

    [Fact]
    public void Stacked_behaviours_come_back_one_by_one_and_never_below_the_first()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StackedActor()));
        actor.Tell("who");
        ExpectMsg("first");
        actor.Tell("push");
        actor.Tell("who");
        ExpectMsg("second");
        actor.Tell("pop");
        actor.Tell("pop");
        actor.Tell("who");
        ExpectMsg("first");
    }

    [Fact]
    public void The_event_stream_delivers_subtypes_and_once_per_subscriber()
    {
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(IOccurrence)));
        Assert.False(Sys.EventStream.Subscribe(TestActor, typeof(IOccurrence)));
        Sys.EventStream.Subscribe(TestActor, typeof(Occurrence));
        Sys.EventStream.Publish(new Occurrence(1));
        ExpectMsg(new Occurrence(1));
        Sys.EventStream.Unsubscribe(TestActor);
        Sys.EventStream.Publish(new Occurrence(2));
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    private interface IOccurrence;

    private sealed record Occurrence(int Number) : IOccurrence;

    private sealed class OrderedActor : ReceiveActor
    {
        public OrderedActor()
        {
            Receive<int>(number => number < 10, _ => Sender.Tell("small"));
            Receive<int>(new Func<int, bool>(number => number > 1000));
            Receive<int>(_ => Sender.Tell("any int"));
            Receive<object>(_ => Sender.Tell("object"));
        }    }

    private sealed class LateRegistration : ReceiveActor
    {
        public LateRegistration()
        {
            ReceiveAny(_ => { });
            Receive<string>(_ => { });
        }
    }

    private sealed class RuntimeRegistration : ReceiveActor
    {
        public RuntimeRegistration()
        {
            Receive<string>(_ => Receive<int>(_ => { }));
        }
    }

    private sealed class StackedActor : ReceiveActor
    {
        public StackedActor()
        {
            Receive<string>(text => text == "push", _ => BecomeStacked(Second));
            Receive<string>(text => text == "pop", _ => UnbecomeStacked());
            Receive<string>(_ => Sender.Tell("first"));
        }

        private void Second()
        {
            Receive<string>(text => text == "pop", _ => UnbecomeStacked());
            Receive<string>(_ => Sender.Tell("second"));
        }
    }
}
