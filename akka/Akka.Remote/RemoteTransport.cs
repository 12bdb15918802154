using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>The way to other systems.</summary>
public abstract class RemoteTransport
{
    /// <summary>For that system and its provider.</summary>
    protected RemoteTransport(ExtendedActorSystem system, RemoteActorRefProvider provider)
    {
        System = system;
        Provider = provider;
        UseUntrustedMode = provider.RemoteSettings.UntrustedMode;
    }

    /// <summary>Whose transport it is.</summary>
    public ExtendedActorSystem System { get; private set; }

    /// <summary>The provider of that system.</summary>
    public RemoteActorRefProvider Provider { get; private set; }

    /// <summary>Under which this system is reached.</summary>
    public abstract ISet<Address> Addresses { get; }

    /// <summary>The one that is written into references.</summary>
    public abstract Address DefaultAddress { get; }

    /// <summary>Life cycle events are logged.</summary>
    public bool logRemoteLifeCycleEvents { get; protected set; }

    /// <summary>Where remoting logs to.</summary>
    public ILoggingAdapter Log { get; protected set; }

    /// <summary>Harmful messages of others are not taken.</summary>
    protected bool UseUntrustedMode { get; set; }

    /// <summary>Opens the listening port.</summary>
    public abstract void Start();

    /// <summary>Sends what is queued, as far as time allows, and closes everything.</summary>
    public abstract Task Shutdown();

    /// <summary>Any thread. Never blocks.</summary>
    public abstract void Send(object message, IActorRef sender, RemoteActorRef recipient);

    /// <summary>For transports that take commands; false: not understood.</summary>
    public abstract Task<bool> ManagementCommand(object cmd);

    /// <summary>For transports that take commands; false: not understood.</summary>
    public abstract Task<bool> ManagementCommand(object cmd, CancellationToken cancellationToken);

    /// <summary>Under which address the given system can reach this one.</summary>
    public abstract Address LocalAddressForRemote(Address remote);

    /// <summary>Never talks to that incarnation again. Without a uid the address is gated.</summary>
    public abstract void Quarantine(Address address, int? uid);
}
