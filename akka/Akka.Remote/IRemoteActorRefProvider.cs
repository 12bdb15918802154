using Akka.Actor;

namespace Akka.Remote;

public interface IRemoteActorRefProvider : IActorRefProvider
{
    RemoteTransport Transport { get; }

    RemoteSettings RemoteSettings { get; }

    IActorRef RemoteWatcher { get; }

    IActorRef InternalResolveActorRef(string path);

    IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress);

    bool HasAddress(Address address);

    /// <summary>Never talks to that incarnation again. Without a uid the address is gated.</summary>
    void Quarantine(Address address, int? uid);
}
