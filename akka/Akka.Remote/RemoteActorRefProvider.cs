using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Wire;
using Akka.Serialization;

namespace Akka.Remote;

/// <summary>
/// References of this system and of others: whatever has an address of this system is local (the local provider's), anything else
/// is a <see cref="RemoteActorRef"/>, made without asking anybody.
/// </summary>
public class RemoteActorRefProvider : IRemoteActorRefProvider, IPathResolver
{
    private readonly LocalActorRefProvider _local;
    private readonly ILoggingAdapter _log;
    private ActorSystemImpl _system;
    private Remoting _remoting;
    private IActorRef _remoteWatcher;

    /// <summary>For a system that is being made.</summary>
    public RemoteActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        settings.InjectTopLevelFallback(RemoteReference.Config);
        RemoteSettings = new RemoteSettings(settings.Config);
        _local = new LocalActorRefProvider(systemName, settings, eventStream);
        _log = _local.Log;
    }

    /// <inheritdoc />
    public IInternalActorRef RootGuardian => _local.RootGuardian;

    /// <summary>Parent of the actors of users.</summary>
    public LocalActorRef Guardian => _local.Guardian;

    /// <summary>Parent of the actors of the runtime.</summary>
    public LocalActorRef SystemGuardian => _local.SystemGuardian;

    /// <inheritdoc />
    public IActorRef DeadLetters => _local.DeadLetters;

    /// <inheritdoc />
    public IActorRef IgnoreRef => _local.IgnoreRef;

    /// <inheritdoc />
    public ActorPath RootPath => _local.RootPath;

    /// <inheritdoc />
    public Settings Settings => _local.Settings;

    /// <inheritdoc />
    public Deployer Deployer
    {
        get => _local.Deployer;
        protected set => throw new NotSupportedException("the deployer is the local provider's");
    }

    /// <inheritdoc />
    public IInternalActorRef TempContainer => _local.TempContainer;

    /// <inheritdoc />
    public Task TerminationTask => _local.TerminationTask;

    /// <inheritdoc />
    public Address DefaultAddress => _remoting?.DefaultAddress ?? _local.DefaultAddress;

    /// <inheritdoc />
    public Information SerializationInformation { get; private set; }

    /// <inheritdoc />
    public RemoteTransport Transport => _remoting;

    /// <inheritdoc />
    public RemoteSettings RemoteSettings { get; private set; }

    /// <inheritdoc />
    public IActorRef RemoteWatcher => _remoteWatcher;

    /// <inheritdoc />
    public virtual void Init(ActorSystemImpl system)
    {
        _system = system;
        _local.Init(system);
        _remoting = new Remoting(system, this);
        _remoting.Start();
        SerializationInformation = new Information(DefaultAddress, system);
        system.SystemActorOf(
            RemoteSettings.ConfigureDispatcher(Props.Create(() => new RemotingTerminator(_remoting, _local.SystemGuardian))),
            "remoting-terminator");
        _remoteWatcher = CreateRemoteWatcher(system);
    }

    /// <inheritdoc />
    public ActorPath TempPath() => _local.TempPath();

    /// <inheritdoc />
    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _local.RegisterTempActor(actorRef, path);

    /// <inheritdoc />
    public void UnregisterTempActor(ActorPath path) => _local.UnregisterTempActor(path);

    /// <inheritdoc />
    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs) => _local.CreateFutureRef(tcs);

    /// <summary>All actors are made on this system: remote deployment is not part of it.</summary>
    public IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy deploy,
        bool lookupDeploy,
        bool async) => _local.ActorOf(system, props, supervisor, path, systemService, deploy, lookupDeploy, async);

    /// <inheritdoc />
    public IActorRef RootGuardianAt(Address address) =>
        HasAddress(address) ? RootGuardian : CreateRemoteRef(new RootActorPath(address), _remoting.LocalAddressForRemote(address));

    /// <inheritdoc />
    public IActorRef ResolveActorRef(string path) => InternalResolveActorRef(path);

    /// <inheritdoc />
    public IActorRef ResolveActorRef(ActorPath actorPath) => Resolve(actorPath, null);

    /// <inheritdoc />
    public IActorRef InternalResolveActorRef(string path)
    {
        if (string.IsNullOrEmpty(path)) return ActorRefs.NoSender;
        if (ActorPath.TryParse(path, out ActorPath parsed)) return ResolveActorRef(parsed);
        _log.Debug("Resolve of unknown path [{0}] failed. Invalid format.", path);
        return DeadLetters;
    }

    /// <inheritdoc />
    public IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress)
    {
        if (path is not null && ActorPath.TryParse(path, out ActorPath parsed)) return (IInternalActorRef)Resolve(parsed, localAddress);
        _log.Debug("Resolve of unknown path [{0}] failed. Invalid format.", path);
        return (IInternalActorRef)DeadLetters;
    }

    /// <inheritdoc />
    public Address GetExternalAddressFor(Address address)
    {
        if (HasAddress(address)) return _local.RootPath.Address;
        return address.HasGlobalScope && address.Port is not null ? _remoting?.LocalAddressForRemote(address) : null;
    }

    /// <inheritdoc />
    public bool HasAddress(Address address) =>
        address == _local.RootPath.Address || (_remoting is { } remoting && remoting.Addresses.Contains(address));

    /// <inheritdoc />
    public void Quarantine(Address address, int? uid) => _remoting.Quarantine(address, uid);

    IInternalActorRef IPathResolver.ResolveRecipient(ActorPath path) =>
        _remoting.Addresses.Contains(path.Address) ? (IInternalActorRef)_local.ResolveActorRef(RootGuardian, path) : null;

    IActorRef IPathResolver.ResolveSender(ActorPath path) => ResolveActorRef(path);

    /// <summary>Makes the actor that watches actors of other nodes.</summary>
    protected virtual IActorRef CreateRemoteWatcher(ActorSystemImpl system) => system.SystemActorOf(
        RemoteSettings.ConfigureDispatcher(Akka.Remote.RemoteWatcher.Props(
            CreateRemoteWatcherFailureDetector(system),
            RemoteSettings.WatchHeartBeatInterval,
            RemoteSettings.WatchUnreachableReaperInterval,
            RemoteSettings.WatchHeartbeatExpectedResponseAfter)),
        "remote-watcher");

    /// <summary>Makes the detectors of watched nodes.</summary>
    protected DefaultFailureDetectorRegistry<Address> CreateRemoteWatcherFailureDetector(ActorSystem system) =>
        new(() => FailureDetectorLoader.Load(
            RemoteSettings.WatchFailureDetectorImplementationClass, RemoteSettings.WatchFailureDetectorConfig, system));

    /// <summary>Makes the reference of an actor of another system.</summary>
    protected virtual IInternalActorRef CreateRemoteRef(ActorPath actorPath, Address localAddress) =>
        new RemoteActorRef(_remoting, localAddress, actorPath, Nobody.Instance, Props.None, Deploy.None);

    /// <summary>Makes the reference of an actor of another system.</summary>
    protected virtual IInternalActorRef CreateRemoteRef(
        Props props, IInternalActorRef supervisor, Address localAddress, ActorPath rpath, Deploy deployment) =>
        new RemoteActorRef(_remoting, localAddress, rpath, supervisor, props, deployment);

    private IActorRef Resolve(ActorPath path, Address localAddress)
    {
        if (HasAddress(path.Address)) return _local.ResolveActorRef(RootGuardian, path);
        if (path.Address.HasLocalScope || path.Address.Port is null)
        {
            _log.Debug("Resolve of unknown path [{0}] failed: its address has no host and port", path);
            return DeadLetters;
        }

        return CreateRemoteRef(path, localAddress ?? _remoting.LocalAddressForRemote(path.Address));
    }
}

internal static class RemoteReference
{
    /// <summary>The defaults of remoting.</summary>
    public static Config Config { get; } =
        ConfigurationFactory.FromResource("Akka.Remote.reference.conf", typeof(RemoteReference).Assembly);
}
