using Akka.Actor;
using Akka.Configuration;

namespace Akka.Contract.Tests.Remote;

/// <summary>The kit's system and others, with remoting on free ports.</summary>
public abstract class RemotePair : TestKit.Xunit2.TestKit
{
    /// <summary>More than the failure detector below needs.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private const string Remoting = """
        akka.actor.provider = remote
        akka.loglevel = ERROR
        akka.log-dead-letters = off
        akka.remote {
          dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          retry-gate-closed-for = 200ms
          watch-failure-detector.acceptable-heartbeat-pause = 5s
        }
        akka.actor {
          serializers.fragile = "Akka.Contract.Tests.Remote.FragileSerializer, Akka.Contract.Tests"
          serialization-bindings {
            "Akka.Contract.Tests.Remote.Fragile, Akka.Contract.Tests" = fragile
            "Akka.Contract.Tests.Remote.Unforeseen, Akka.Contract.Tests" = fragile
          }
          serialization-identifiers { "Akka.Contract.Tests.Remote.FragileSerializer, Akka.Contract.Tests" = 1200 }
        }

        """;

    private readonly List<ActorSystem> _others = [];

    protected RemotePair() : base(ConfigurationFactory.ParseString(Remoting), "near")
    {
    }

    protected ActorSystem StartOther(string name = "far", string settings = "")
    {
        var system = ActorSystem.Create(name, ConfigurationFactory.ParseString(settings).WithFallback(ConfigurationFactory.ParseString(Remoting)));
        _others.Add(system);
        return system;
    }

    /// <summary>Another system at an address that was given up just now, by us: nobody else may have taken it meanwhile.</summary>
    protected ActorSystem StartAgain(Address address) => StartOther(address.System, "akka.remote.dot-netty.tcp.port = " + address.Port);

    protected static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    /// <summary>The reference that this system has of a living actor of another one.</summary>
    protected IActorRef Resolve(ActorSystem other, string path) =>
        Sys.ActorSelection(AddressOf(other) + path).ResolveOne(Limit).GetAwaiter().GetResult();

    protected override void AfterAll()
    {
        base.AfterAll();
        foreach (var system in _others) Shutdown(system, Limit);
    }
}

public sealed class Echo : ReceiveActor
{
    public Echo()
    {
        ReceiveAny(message => Sender.Tell(message, Self));
    }
}

public sealed record Fragile(bool Breaks);

/// <summary>Its serializer fails with an exception that is none of the two it may throw.</summary>
public sealed record Unforeseen;

/// <summary>Fails as a serializer is allowed to, or not.</summary>
public sealed class FragileSerializer(ExtendedActorSystem system) : Akka.Serialization.Serializer(system)
{
    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => obj switch
    {
        Fragile { Breaks: false } => [],
        Fragile => throw new System.Runtime.Serialization.SerializationException("asked to fail"),
        _ => throw new InvalidOperationException("asked to fail otherwise"),
    };

    public override object FromBinary(byte[] bytes, Type type) => new Fragile(false);
}
