using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote;
using Akka.Remote.Serialization;
using Akka.Remote.Wire;
using Akka.Serialization;
using Akka.Util.Reflection;
using Xunit;

namespace Akka.Twin.Tests.Remote;

public sealed class SerializerTests : RemoteFixture
{
    private readonly ActorSystem _system;
    private readonly IActorRef _actor;
    private readonly IActorRef _remote;

    public SerializerTests()
    {
        _system = Start("s");
        _actor = _system.ActorOf(Props.Create<Echo>(), "echo");
        _remote = ((ExtendedActorSystem)_system).Provider.ResolveActorRef("akka.tcp://other@10.1.2.3:4567/user/a/b#99");
    }

    private List<object> Samples =>
    [
        "", "ü€😀", 0, int.MinValue, long.MaxValue, new byte[] { 1, 2, 3 },
        new Identify("id"), new Identify(null), new ActorIdentity(7, _actor), new ActorIdentity("x", null),
        _actor, _remote, PoisonPill.Instance, Kill.Instance, new Status.Success("ok"), new Status.Success(null),
        AddressOf(_system), RemoteWatcher.Heartbeat.Instance,
        new Watch((IInternalActorRef)_actor, (IInternalActorRef)_remote), new Unwatch((IInternalActorRef)_remote, (IInternalActorRef)_actor),
    ];

    [Fact]
    public void What_remoting_itself_carries_comes_back_equal()
    {
        foreach (object sample in Samples)
        {
            object back = RoundTrip(sample);
            if (sample is Status.Success success) Assert.Equal(success.Status, Assert.IsType<Status.Success>(back).Status);
            else Assert.Equal(sample, back);
        }

        Assert.Equal(17, Assert.IsType<RemoteWatcher.HeartbeatRsp>(RoundTrip(new RemoteWatcher.HeartbeatRsp(17))).AddressUid);
        DeathWatchNotification death = Assert.IsType<DeathWatchNotification>(RoundTrip(new DeathWatchNotification(_remote, true, false)));
        Assert.Equal((_remote, true, false), (death.Actor, death.ExistenceConfirmed, death.AddressTerminated));
        Assert.IsType<Terminate>(RoundTrip(new Terminate()));
    }

    [Fact]
    public void A_selection_keeps_its_steps_and_its_message()
    {
        SelectionPathElement[] elements =
            [new SelectChildName("a"), SelectParent.Instance, new SelectChildPattern("b*?"), SelectChildRecursive.Instance];
        ActorSelectionMessage back = (ActorSelectionMessage)RoundTrip(new ActorSelectionMessage(new Identify(3), elements, true));
        Assert.Equal(elements, back.Elements);
        Assert.True(back.WildCardFanOut);
        Assert.Equal(new Identify(3), back.Message);
    }

    [Fact]
    public void A_failure_keeps_type_message_and_inner_exception()
    {
        Status.Failure back = (Status.Failure)RoundTrip(
            new Status.Failure(new ArgumentException("outer", new InvalidOperationException("inner")), "state"));
        Assert.IsType<ArgumentException>(back.Cause);
        Assert.StartsWith("outer", back.Cause.Message);
        Assert.Equal("inner", Assert.IsType<InvalidOperationException>(back.Cause.InnerException).Message);
        Assert.Equal("state", back.State);
    }

    /// <summary>The runtime would search files and ask handlers for each name, at megabytes a time.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_assembly_that_a_peer_made_up_is_searched_for(bool inException)
    {
        const string Name = "Some.Type, Made.Up.By.Peer";
        ConcurrentQueue<string> asked = new();
        ResolveEventHandler notice = (_, e) =>
        {
            if (e.Name.Contains("Made.Up", StringComparison.Ordinal)) asked.Enqueue(e.Name);
            return null;
        };
        AppDomain.CurrentDomain.AssemblyResolve += notice;
        try
        {
            if (inException)
            {
                byte[] bytes = new WireWriter().Bool(true).String(Name).String("message").String("").Bool(false).ToArray();
                Assert.Throws<SerializationException>(() =>
                {
                    WireReader reader = new(bytes);
                    ExceptionCodec.Read(ref reader);
                });
            }
            else
            {
                // A serializer without manifests of its own gets the type that the manifest names.
                Serializer byType = _system.Serialization.FindSerializerForType(typeof(Exception));
                Assert.False(byType is SerializerWithStringManifest);
                Assert.ThrowsAny<Exception>(() => _system.Serialization.Deserialize([], byType.Identifier, Name));
                Assert.ThrowsAny<Exception>(() => TypeCache.GetType(Name));
            }

            Assert.Empty(asked);
        }
        finally
        {
            AppDomain.CurrentDomain.AssemblyResolve -= notice;
        }
    }

    [Fact]
    public void Damaged_bytes_of_remotings_own_messages_raise_only_the_exceptions_that_a_serializer_may_throw()
    {
        Random random = new(99);
        foreach (object sample in Samples)
        {
            Serializer serializer = _system.Serialization.FindSerializerFor(sample);
            string manifest = Akka.Serialization.Serialization.ManifestFor(serializer, sample);
            byte[] bytes = _system.Serialization.Serialize(sample);
            for (int round = 0; round < 200; round++)
            {
                byte[] damaged = bytes.AsSpan(0, random.Next(bytes.Length + 1)).ToArray();
                if (damaged.Length > 0) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                try
                {
                    _system.Serialization.Deserialize(damaged, serializer.Identifier, manifest);
                }
                catch (Exception e) when (e is SerializationException or ArgumentException)
                {
                }
            }
        }
    }

    private object RoundTrip(object message)
    {
        Serializer serializer = _system.Serialization.FindSerializerFor(message);
        return _system.Serialization.Deserialize(
            _system.Serialization.Serialize(message), serializer.Identifier, Akka.Serialization.Serialization.ManifestFor(serializer, message));
    }
}
