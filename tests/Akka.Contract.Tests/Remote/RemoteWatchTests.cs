using Akka.Actor;
using Akka.Remote;
using Xunit;

namespace Akka.Contract.Tests.Remote;

public class RemoteWatchTests : RemotePair
{
    [Fact]
    public void The_end_of_a_watched_actor_is_told_with_its_reference()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        Watch(echo);
        echo.Tell(PoisonPill.Instance, TestActor);
        Assert.False(ExpectTerminated(echo, Limit).AddressTerminated);
    }

    [Fact]
    public void What_was_unwatched_ends_unheard()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        far.ActorOf(Props.Create<Echo>(), "other");
        var echo = Resolve(far, "/user/echo");
        var other = Resolve(far, "/user/other");
        Watch(echo);
        Watch(other);
        Unwatch(echo);
        echo.Tell(PoisonPill.Instance, TestActor);
        other.Tell(PoisonPill.Instance, TestActor);
        ExpectTerminated(other, Limit);
        ExpectNoMsg(100);
    }

    [Fact]
    public void The_orderly_end_of_a_system_ends_its_watched_actors()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        Watch(echo);
        // Should the watch itself come too late, the failure detector finds the system gone.
        Shutdown(far, Limit);
        ExpectTerminated(echo, Limit);
    }

    [Fact]
    public async Task GracefulStop_stops_an_actor_of_another_system()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        Assert.True(await Resolve(far, "/user/echo").GracefulStop(Limit));
    }

    [Fact]
    public void Another_incarnation_of_a_name_is_another_reference()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var first = Resolve(far, "/user/echo");
        Watch(first);
        first.Tell(PoisonPill.Instance, TestActor);
        ExpectTerminated(first, Limit);
        far.ActorOf(Props.Create<Echo>(), "echo");
        var second = Resolve(far, "/user/echo");
        Assert.NotEqual(first, second);
        Assert.Equal(first.Path, second.Path);
        first.Tell("to the dead", TestActor);
        second.Tell("to the living", TestActor);
        ExpectMsg("to the living", Limit);
    }

    [Fact]
    public void An_association_is_published_with_both_addresses()
    {
        var far = StartOther();
        Sys.EventStream.Subscribe(TestActor, typeof(AssociatedEvent));
        Sys.ActorSelection(AddressOf(far) + "/user/nobody").Tell("x", ActorRefs.NoSender);
        var associated = ExpectMsg<AssociatedEvent>(Limit);
        Assert.Equal(AddressOf(Sys), associated.LocalAddress);
        Assert.Equal(AddressOf(far), associated.RemoteAddress);
    }
}
