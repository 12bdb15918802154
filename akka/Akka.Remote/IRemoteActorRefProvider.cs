using Akka.Actor;

namespace Akka.Remote;

/// <summary>References of this system and of others.</summary>
public interface IRemoteActorRefProvider : IActorRefProvider
{
    /// <summary>The way to other systems.</summary>
    RemoteTransport Transport { get; }

    /// <summary>The section akka.remote.</summary>
    RemoteSettings RemoteSettings { get; }

    /// <summary>Who watches actors of other nodes for those of this one.</summary>
    IActorRef RemoteWatcher { get; }

    /// <summary>The reference that the path means; dead letters if it is no path.</summary>
    IActorRef InternalResolveActorRef(string path);

    /// <summary>The reference that the path means, to be reached from the given address of this system.</summary>
    IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress);

    /// <summary>It is an address of this system, as text.</summary>
    bool HasAddress(Address address);

    /// <summary>Never talks to that incarnation again. Without a uid the address is gated.</summary>
    void Quarantine(Address address, int? uid);
}
