using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.TestActors;
using Akka.TestKit.Xunit2;
using Xunit;

namespace Akka.Contract.Tests.Remoting;

/// <summary>Two systems in one process, over real connections.</summary>
public class RemotingTests : TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly Config Settings = ConfigurationFactory.ParseString("""
        akka {
          loglevel = WARNING
          actor {
            provider = remote
            serializers.wire = "Akka.Contract.Tests.Remoting.WireSerializer, Akka.Contract.Tests"
            serialization-bindings { "Akka.Contract.Tests.Remoting.IWireMessage, Akka.Contract.Tests" = wire }
          }
          remote.flush-wait-on-shutdown = 200ms
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 64000b }
        }
        """);

    private readonly ActorSystem _other;

    public RemotingTests() : base(Settings)
    {
        _other = ActorSystem.Create("other", Settings.WithFallback(DefaultConfig));
    }

    [Fact]
    public async Task A_remote_actor_is_found_by_its_address_and_answers()
    {
        _other.ActorOf(SimpleEchoActor.Props(), "echo");
        var echo = await Resolve("echo");
        Assert.Equal(new Text("hello"), await echo.Ask<Text>(new Text("hello"), Soon));
        Assert.Equal(AddressOf(_other), echo.Path.Address);
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Select("nobody").ResolveOne(TimeSpan.FromMilliseconds(500)));
    }

    [Fact]
    public async Task A_reference_in_a_message_works_on_the_other_side()
    {
        var probe = CreateTestProbe(_other);
        (await ResolvePath(probe.Ref.Path)).Tell(new Reference(TestActor));
        var received = probe.ExpectMsg<Reference>(Soon);
        Assert.Equal(AddressOf(Sys), received.Target.Path.Address);
        received.Target.Tell(new Text("back"), ActorRefs.NoSender);
        ExpectMsg(new Text("back"), Soon);
    }

    [Fact]
    public async Task A_reference_that_comes_home_is_the_local_actor()
    {
        _other.ActorOf(SimpleEchoActor.Props(), "echo");
        (await Resolve("echo")).Tell(new Reference(TestActor));
        Assert.Equal(TestActor, ExpectMsg<Reference>(Soon).Target);
    }

    [Fact]
    public async Task Messages_of_one_sender_to_one_receiver_keep_their_order()
    {
        var probe = CreateTestProbe(_other);
        var target = await ResolvePath(probe.Ref.Path);
        for (var i = 0; i < 2000; i++)
        {
            target.Tell(new Text(i.ToString()));
        }

        for (var i = 0; i < 2000; i++)
        {
            probe.ExpectMsg(new Text(i.ToString()), Soon);
        }
    }

    [Fact]
    public async Task A_message_that_cannot_be_serialized_is_lost_alone()
    {
        var probe = CreateTestProbe(_other);
        var target = await ResolvePath(probe.Ref.Path);
        target.Tell(new Text("before"));
        target.Tell(new Unwritable());
        target.Tell(new Unreadable());
        target.Tell(new Text("after"));
        probe.ExpectMsg(new Text("before"), Soon);
        probe.ExpectMsg(new Text("after"), Soon);
    }

    [Fact]
    public async Task A_message_larger_than_a_frame_is_lost_alone()
    {
        var probe = CreateTestProbe(_other);
        var target = await ResolvePath(probe.Ref.Path);
        target.Tell(new Text("before"));
        target.Tell(new Text(new string('x', 100_000)));
        target.Tell(new Text("after"));
        probe.ExpectMsg(new Text("before"), Soon);
        probe.ExpectMsg(new Text("after"), Soon);
    }

    [Fact]
    public async Task The_death_of_a_remote_actor_is_told()
    {
        var probe = CreateTestProbe(_other);
        var target = await ResolvePath(probe.Ref.Path);
        Watch(target);
        _other.Stop(probe.Ref);

        // Whether the watch or the death came first there is left to chance, and with it ExistenceConfirmed.
        Assert.False(ExpectTerminated(target, Soon).AddressTerminated);
    }

    [Fact]
    public async Task A_successor_of_the_same_name_is_another_actor_to_a_resolved_reference()
    {
        var first = _other.ActorOf(SimpleEchoActor.Props(), "echo");
        var reference = await Resolve("echo");
        Watch(reference);
        _other.Stop(first);
        ExpectTerminated(reference, Soon);
        _other.ActorOf(SimpleEchoActor.Props(), "echo");
        var successor = await Resolve("echo");

        Assert.NotEqual(reference, successor);
        Assert.Equal(reference.Path, successor.Path);
        reference.Tell(new Text("to the dead"));
        successor.Tell(new Text("to the living"));
        ExpectMsg(new Text("to the living"), Soon);
    }

    [Fact]
    public async Task An_address_is_accepted_only_as_it_is_written()
    {
        _other.ActorOf(SimpleEchoActor.Props(), "echo");
        var address = AddressOf(_other);
        var other = new RootActorPath(address.WithHost("localhost")) / "user" / "echo";
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection(other).ResolveOne(TimeSpan.FromMilliseconds(500)));
        Assert.NotNull(await Resolve("echo"));
    }

    protected override void AfterAll()
    {
        Shutdown(_other, Soon);
        base.AfterAll();
    }

    private static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    private ActorSelection Select(string name) => Sys.ActorSelection(new RootActorPath(AddressOf(_other)) / "user" / name);

    private Task<IActorRef> Resolve(string name) => Select(name).ResolveOne(Soon);

    private Task<IActorRef> ResolvePath(ActorPath path) =>
        Sys.ActorSelection(path.ToStringWithAddress(AddressOf(_other))).ResolveOne(Soon);
}
