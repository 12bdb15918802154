using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using Xunit;

namespace Akka.Contract.Tests.Remote;

public class LifecycleEventTests : RemotePair
{
    [Fact]
    public void The_end_of_a_peer_is_published()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        Resolve(far, "/user/echo");
        var address = AddressOf(far);
        Sys.EventStream.Subscribe(TestActor, typeof(DisassociatedEvent));
        Shutdown(far, Limit);
        FishForMessage(message => message is DisassociatedEvent ended && ended.RemoteAddress.Equals(address) && ended.LocalAddress.Equals(AddressOf(Sys)), Limit);
    }

    [Fact]
    public void A_failed_attempt_is_published_with_its_cause()
    {
        var far = StartOther();
        var address = AddressOf(far);
        Shutdown(far, Limit);
        Sys.EventStream.Subscribe(TestActor, typeof(AssociationErrorEvent));
        Sys.ActorSelection(address + "/user/echo").Tell("lost", ActorRefs.NoSender);
        var failed = (AssociationErrorEvent)FishForMessage(message => message is AssociationErrorEvent error && error.RemoteAddress.Equals(address), Limit);
        Assert.NotNull(failed.Cause);
    }

    [Fact]
    public void All_events_share_one_class_and_have_a_level()
    {
        var far = StartOther();
        Sys.EventStream.Subscribe(TestActor, typeof(RemotingLifecycleEvent));
        Sys.ActorSelection(AddressOf(far) + "/user/nobody").Tell("x", ActorRefs.NoSender);
        var happened = (RemotingLifecycleEvent)FishForMessage(static message => message is AssociatedEvent, Limit);
        Assert.InRange(happened.LogLevel(), LogLevel.DebugLevel, LogLevel.InfoLevel);
    }
}
