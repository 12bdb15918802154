using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.Remote;
using Akka.Serialization;
using Akka.Util;
using Xunit;

namespace Akka.Twin.Tests.Fuzz;

/// <summary>The serializers that every node has, whoever its peers are.</summary>
public sealed class SystemSerializerFuzzTests : IDisposable
{
    private static readonly Config Settings = ConfigurationFactory.ParseString("""
        akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = cluster, log-dead-letters = off }
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        akka.actor.serialization-bindings { "Akka.Twin.Tests.Hyperion.Part, Akka.Twin.Tests" = hyperion, "System.Collections.Generic.List`1[[System.Object]]" = hyperion }
        """).WithFallback(HyperionSerializer.DefaultConfiguration());

    private readonly ActorSystem _system = ActorSystem.Create("fuzz", Settings);
    private readonly IInternalActorRef _actor;

    public SystemSerializerFuzzTests() => _actor = (IInternalActorRef)_system.ActorOf(Props.Empty, "some");

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Messages_of_remoting() => Fuzz(
        new Identify("id"), new Identify(new Identify(new byte[] { 1, 2 })), new ActorIdentity(7, _actor), _actor, PoisonPill.Instance, Kill.Instance,
        new Status.Success("ok"), new Status.Failure(new ArgumentException("outer", new InvalidOperationException("inner")), 3), _actor.Path.Address,
        RemoteWatcher.Heartbeat.Instance, new RemoteWatcher.HeartbeatRsp(17));

    [Fact]
    public void System_messages() => Fuzz(
        new Watch(_actor, _actor), new Unwatch(_actor, _actor), new DeathWatchNotification(_actor, true, false), new Terminate(), new Suspend(),
        new Resume(new InvalidOperationException("cause")), new Recreate(new ArgumentException("cause")));

    [Fact]
    public void Selections() => Fuzz(
        new ActorSelectionMessage("text", [new SelectChildName("a"), SelectParent.Instance, new SelectChildPattern("b*?"), SelectChildRecursive.Instance], true),
        new ActorSelectionMessage(new Identify(3), [new SelectChildName("a")]));

    [Fact]
    public void Primitives() => Fuzz("text, täxt", 17, long.MinValue, new byte[] { 1, 2, 3 });

    [Fact]
    public void Messages_of_the_cluster() => Fuzz(ClusterSamples.Of(Akka.Cluster.Cluster.Get(_system).SelfUniqueAddress).ToArray());

    [Fact]
    public void Objects_in_a_system() => Fuzz(
        new Hyperion.Part("p", 1), new List<object> { 1, "two", _actor, new Hyperion.Part("q", 2), ImmutableList.Create(1, 2) });

    [Fact]
    public void A_message_within_a_message_without_end_is_an_error_and_no_stack_overflow()
    {
        object message = "x";
        for (var depth = 0; depth < 31; depth++)
        {
            message = new Identify(message);
        }

        var deep = _system.Serialization.Serialize(message);
        var serializer = _system.Serialization.FindSerializerFor(message);
        Assert.IsType<Identify>(_system.Serialization.Deserialize(deep, serializer.Identifier, "ID"));
        var deeper = _system.Serialization.Serialize(new Identify(message));
        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(deeper, serializer.Identifier, "ID"));
        Assert.IsType<Identify>(_system.Serialization.Deserialize(deep, serializer.Identifier, "ID"));
    }

    [Fact]
    public void The_type_of_an_exception_that_the_runtime_would_choke_on_never_reaches_it()
    {
        var name = typeof(ArgumentException).TypeQualifiedName();
        var bytes = _system.Serialization.Serialize(new Status.Failure(new ArgumentException("x")));
        var endless = "A" + string.Concat(Enumerable.Repeat("[]", 50_000));

        // bool, then the name with its length in front
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name));
        var writer = new Akka.Remote.Wire.WireWriter();
        writer.Bool(true).String(endless);
        byte[] hostile = [.. writer.ToArray(), .. bytes.AsSpan(at + name.Length)];
        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(hostile, 16, "SF"));
    }

    private void Fuzz(params object[] messages)
    {
        var serializers = messages.Select(message => _system.Serialization.FindSerializerFor(message)).ToArray();
        var manifests = messages.Select((message, i) => Akka.Serialization.Serialization.ManifestFor(serializers[i], message)).ToArray();
        SerializerFuzz.Run(
            messages.Select(message => _system.Serialization.Serialize(message)).ToArray(),
            (i, bytes) => _system.Serialization.Deserialize(bytes, serializers[i].Identifier, manifests[i]),
            e => e is SerializationException or ArgumentException,
            SerializerFuzz.Rounds);
    }
}
