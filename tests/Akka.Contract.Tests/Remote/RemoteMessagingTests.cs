using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Contract.Tests.Remote;

public class RemoteMessagingTests : RemotePair
{
    [Fact]
    public void Primitives_bytes_and_references_cross_the_network()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        foreach (var message in new object[] { "text", 17, 1L << 40, new byte[] { 1, 2, 3 }, new Fragile(false) })
        {
            echo.Tell(message, TestActor);
            Assert.Equal(message, ExpectMsg<object>(Limit));
            Assert.Equal(echo, LastSender);
        }

        echo.Tell(TestActor, TestActor);
        Assert.Same(TestActor, ExpectMsg<IActorRef>(Limit));
    }

    [Fact]
    public void Messages_of_one_sender_arrive_in_the_order_of_sending()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        for (var i = 0; i < 1000; i++) echo.Tell(i, TestActor);
        for (var i = 0; i < 1000; i++) ExpectMsg(i, Limit);
    }

    [Fact]
    public async Task A_selection_finds_whom_it_names_and_nobody_elsewhere()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo-1");
        var found = await Sys.ActorSelection(AddressOf(far) + "/user/echo-*").ResolveOne(Limit);
        Assert.Equal(AddressOf(far) + "/user/echo-1", found.Path.ToString());
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection(AddressOf(far) + "/user/other").ResolveOne(Limit));
    }

    [Fact]
    public void An_oversized_message_is_dropped_and_the_next_one_arrives()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        echo.Tell(new byte[200_000], TestActor);
        echo.Tell("next", TestActor);
        ExpectMsg("next", Limit);
    }

    [Fact]
    public void A_message_whose_serializer_fails_is_dropped_and_the_next_one_arrives()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        echo.Tell(new Fragile(true), TestActor);
        echo.Tell("next", TestActor);
        ExpectMsg("next", Limit);
    }

    [Fact]
    public void A_serializer_that_fails_unforeseen_does_not_cut_off_the_peer_for_good()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        echo.Tell(new Unforeseen(), TestActor);

        // The association may have to be made again; what is sent until then is lost.
        AwaitAssert(() =>
        {
            echo.Tell("next", TestActor);
            ExpectMsg("next", TimeSpan.FromMilliseconds(300));
        }, Limit, TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public async Task Who_sent_an_oversized_message_is_not_told()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var echo = Resolve(far, "/user/echo");
        await Assert.ThrowsAsync<AskTimeoutException>(() => echo.Ask<byte[]>(new byte[200_000], TimeSpan.FromMilliseconds(300)));
        Assert.Equal("next", await echo.Ask<string>("next", Limit));
    }

    [Fact]
    public void A_reference_resolved_without_a_uid_equals_no_incarnation_but_reaches_the_living_one()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        var living = Resolve(far, "/user/echo");
        var provider = ((ExtendedActorSystem)Sys).Provider;

        var nameless = provider.ResolveActorRef(AddressOf(far) + "/user/echo");

        Assert.NotEqual(living, nameless);
        Assert.Equal(living.Path, nameless.Path);
        Assert.Equal(living, provider.ResolveActorRef(living.Path.ToSerializationFormat()));
        nameless.Tell("hello", TestActor);
        ExpectMsg("hello", Limit);
        Assert.Equal(living, LastSender);
        Assert.Equal(TestActor, provider.ResolveActorRef(AddressOf(Sys) + TestActor.Path.ToStringWithoutAddress()));
    }

    [Fact]
    public void An_address_is_accepted_only_as_it_is_written()
    {
        var far = StartOther();
        far.ActorOf(Props.Create<Echo>(), "echo");
        Sys.ActorSelection("akka.tcp://far@localhost:" + AddressOf(far).Port + "/user/echo").Tell("wrong", TestActor);
        Sys.ActorSelection(AddressOf(far) + "/user/echo").Tell("right", TestActor);
        ExpectMsg("right", Limit);
        ExpectNoMsg(100);
    }

    [Fact]
    public void A_message_to_an_address_where_nobody_listens_becomes_a_dead_letter()
    {
        var far = StartOther();
        var address = AddressOf(far);
        Shutdown(far, Limit);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.ActorSelection(address + "/user/echo").Tell("lost", ActorRefs.NoSender);
        FishForMessage(static message => message is DeadLetter letter && Contains(letter.Message), Limit);
    }

    [Fact]
    public void References_are_written_with_the_full_address()
    {
        var path = Akka.Serialization.Serialization.SerializedActorPath(TestActor);
        Assert.StartsWith(AddressOf(Sys) + "/system/", path);
        Assert.EndsWith("#" + TestActor.Path.Uid, path);
        Assert.Same(TestActor, Sys.Serialization.DeserializeActorRef(path));
    }

    [Fact]
    public void References_of_two_systems_are_written_on_one_thread_with_their_own_addresses()
    {
        var far = StartOther();
        var foreign = far.ActorOf(Props.Create<Echo>(), "echo");

        var (mine, foreigns, nested, after) = Akka.Serialization.Serialization.WithTransport((ExtendedActorSystem)Sys, () =>
        (
            Akka.Serialization.Serialization.SerializedActorPath(TestActor),
            Akka.Serialization.Serialization.SerializedActorPath(foreign),
            Akka.Serialization.Serialization.WithTransport(
                (ExtendedActorSystem)far, () => Akka.Serialization.Serialization.GetCurrentTransportInformation().System),
            Akka.Serialization.Serialization.GetCurrentTransportInformation().System));

        Assert.StartsWith(AddressOf(Sys) + "/", mine);
        Assert.StartsWith(AddressOf(far) + "/user/echo#", foreigns);
        Assert.Same(far, nested);
        Assert.Same(Sys, after);
        Assert.Throws<InvalidOperationException>(() => Akka.Serialization.Serialization.GetCurrentTransportInformation());
    }

    // The two sides may wrap it: a selection is a message around a message.
    private static bool Contains(object message) =>
        message is "lost" || (message is ActorSelectionMessage selection && selection.Message is "lost");
}
