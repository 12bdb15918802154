using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>The way to other systems.</summary>
public abstract class RemoteTransport
{
    protected RemoteTransport(ExtendedActorSystem system, RemoteActorRefProvider provider)
    {
        System = system;
        Provider = provider;
        UseUntrustedMode = provider.RemoteSettings.UntrustedMode;
    }

    public ExtendedActorSystem System { get; private set; }

    public RemoteActorRefProvider Provider { get; private set; }

    /// <summary>Under which this system is reached.</summary>
    public abstract ISet<Address> Addresses { get; }

    public abstract Address DefaultAddress { get; }

    public bool logRemoteLifeCycleEvents { get; protected set; }

    public ILoggingAdapter Log { get; protected set; }

    protected bool UseUntrustedMode { get; set; }

    /// <summary>Opens the listening port.</summary>
    public abstract void Start();

    /// <summary>Sends what is queued, as far as time allows, and closes everything.</summary>
    public abstract Task Shutdown();

    public abstract void Send(object message, IActorRef sender, RemoteActorRef recipient);

    public abstract Task<bool> ManagementCommand(object cmd);

    public abstract Task<bool> ManagementCommand(object cmd, CancellationToken cancellationToken);

    /// <summary>Under which address the given system can reach this one.</summary>
    public abstract Address LocalAddressForRemote(Address remote);

    /// <summary>Never talks to that incarnation again. Without a uid the address is gated.</summary>
    public abstract void Quarantine(Address address, int? uid);
}
