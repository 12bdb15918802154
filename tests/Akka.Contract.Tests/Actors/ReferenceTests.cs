using Akka.Actor;
using Akka.TestKit.TestActors;
using Xunit;

namespace Akka.Contract.Tests.Actors;

public class ReferenceTests : PatientTestKit
{
    [Fact]
    public void A_reference_to_a_dead_actor_is_not_equal_to_its_successor_of_the_same_name()
    {
        var first = Sys.ActorOf(BlackHoleActor.Props, "name");
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        var second = Sys.ActorOf(BlackHoleActor.Props, "name");

        Assert.NotEqual(first, second);
        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first.Path.Uid, second.Path.Uid);
    }

    [Fact]
    public async Task A_selection_finds_the_living_and_fails_for_nobody()
    {
        var actor = Sys.ActorOf(SimpleEchoActor.Props(), "here");

        Assert.Equal(actor, await Sys.ActorSelection("/user/here").ResolveOne(TimeSpan.FromSeconds(10)));
        Assert.Equal(actor, await Sys.ActorSelection("akka://test/user/here").ResolveOne(TimeSpan.FromSeconds(10)));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/nowhere").ResolveOne(TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public void Sending_to_a_selection_of_nobody_does_not_fail()
    {
        Sys.ActorSelection("/user/nowhere").Tell("lost");
        Sys.ActorSelection("/user/nowhere").Tell(new Identify(7));
        var identity = ExpectMsg<ActorIdentity>();
        Assert.Equal(7, identity.MessageId);
        Assert.Null(identity.Subject);
    }

    [Fact]
    public void The_texts_of_paths_and_addresses()
    {
        var actor = Sys.ActorOf(BlackHoleActor.Props, "a");
        var address = Address.Parse("akka.tcp://store@10.0.0.1:4053");

        Assert.Equal("akka://test/user/a", actor.Path.ToString());
        Assert.Equal("/user/a", actor.Path.ToStringWithoutAddress());
        Assert.Equal("akka.tcp://store@10.0.0.1:4053/user/a", ActorPath.Parse("akka.tcp://store@10.0.0.1:4053/user/a").ToString());
        Assert.Equal("store@10.0.0.1:4053", address.HostPort());
        Assert.Equal(("akka.tcp", "store", "10.0.0.1", 4053), (address.Protocol, address.System, address.Host, address.Port));
        Assert.Equal(address, new Address("akka.tcp", "store", "10.0.0.1", 4053));
        Assert.True(address.HasGlobalScope);
        Assert.StartsWith("[akka://test/user/a#", actor.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_keeps_the_sender_and_tell_takes_the_actor_itself()
    {
        var forwarder = Sys.ActorOf(ForwardActor.Props(TestActor));
        var probe = CreateTestProbe();
        probe.Send(forwarder, "forwarded");
        ExpectMsg("forwarded");
        Assert.Equal(probe.Ref, LastSender);
    }

    [Fact]
    public void A_null_message_is_refused_at_the_sender()
    {
        Assert.Throws<InvalidMessageException>(() => TestActor.Tell(null));
    }

    [Fact]
    public void A_missing_sender_reads_as_the_dead_letters()
    {
        TestActor.Tell("anonymous", ActorRefs.NoSender);
        ExpectMsg<string>((_, sender) => Assert.True(sender.IsNobody()));
    }
}
