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

    public RemoteActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        settings.InjectTopLevelFallback(RemoteReference.Config);
        RemoteSettings = new RemoteSettings(settings.Config);
        _local = new LocalActorRefProvider(systemName, settings, eventStream);
        _log = _local.Log;
    }

    public IInternalActorRef RootGuardian => _local.RootGuardian;

    public LocalActorRef Guardian => _local.Guardian;

    public LocalActorRef SystemGuardian => _local.SystemGuardian;

    public IActorRef DeadLetters => _local.DeadLetters;

    public IActorRef IgnoreRef => _local.IgnoreRef;

    public ActorPath RootPath => _local.RootPath;

    public Settings Settings => _local.Settings;

    public Deployer Deployer
    {
        get => _local.Deployer;
        protected set => throw new NotSupportedException("the deployer is the local provider's");
    }

    public IInternalActorRef TempContainer => _local.TempContainer;

    public Task TerminationTask => _local.TerminationTask;

    public Address DefaultAddress => _remoting?.DefaultAddress ?? _local.DefaultAddress;

    public Information SerializationInformation { get; private set; }

    public RemoteTransport Transport => _remoting;

    public RemoteSettings RemoteSettings { get; private set; }

    public IActorRef RemoteWatcher => _remoteWatcher;

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

    public ActorPath TempPath() => _local.TempPath();

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _local.RegisterTempActor(actorRef, path);

    public void UnregisterTempActor(ActorPath path) => _local.UnregisterTempActor(path);

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

    public IActorRef RootGuardianAt(Address address) =>
        HasAddress(address) ? RootGuardian : CreateRemoteRef(new RootActorPath(address), _remoting.LocalAddressForRemote(address));

    public IActorRef ResolveActorRef(string path) => InternalResolveActorRef(path);

    public IActorRef ResolveActorRef(ActorPath actorPath) => Resolve(actorPath, null);

    public IActorRef InternalResolveActorRef(string path)
    {
        if (string.IsNullOrEmpty(path)) return ActorRefs.NoSender;
        if (ActorPath.TryParse(path, out ActorPath parsed)) return ResolveActorRef(parsed);
        _log.Debug("Resolve of unknown path [{0}] failed. Invalid format.", path);
        return DeadLetters;
    }

    public IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress)
    {
        if (path is not null && ActorPath.TryParse(path, out ActorPath parsed)) return (IInternalActorRef)Resolve(parsed, localAddress);
        _log.Debug("Resolve of unknown path [{0}] failed. Invalid format.", path);
        return (IInternalActorRef)DeadLetters;
    }

    public Address GetExternalAddressFor(Address address)
    {
        if (HasAddress(address)) return _local.RootPath.Address;
        return address.HasGlobalScope && address.Port is not null ? _remoting?.LocalAddressForRemote(address) : null;
    }

    public bool HasAddress(Address address) =>
        address == _local.RootPath.Address || (_remoting is { } remoting && remoting.Addresses.Contains(address));

    public void Quarantine(Address address, int? uid) => _remoting.Quarantine(address, uid);

    IInternalActorRef IPathResolver.ResolveRecipient(ActorPath path) =>
        _remoting.Addresses.Contains(path.Address) ? (IInternalActorRef)_local.ResolveActorRef(RootGuardian, path) : null;

    IActorRef IPathResolver.ResolveSender(ActorPath path) => ResolveActorRef(path);

    protected virtual IActorRef CreateRemoteWatcher(ActorSystemImpl system) => system.SystemActorOf(
        RemoteSettings.ConfigureDispatcher(Akka.Remote.RemoteWatcher.Props(
            CreateRemoteWatcherFailureDetector(system),
            RemoteSettings.WatchHeartBeatInterval,
            RemoteSettings.WatchUnreachableReaperInterval,
            RemoteSettings.WatchHeartbeatExpectedResponseAfter)),
        "remote-watcher");

    protected DefaultFailureDetectorRegistry<Address> CreateRemoteWatcherFailureDetector(ActorSystem system) =>
        new(() => FailureDetectorLoader.Load(
            RemoteSettings.WatchFailureDetectorImplementationClass, RemoteSettings.WatchFailureDetectorConfig, system));

    protected virtual IInternalActorRef CreateRemoteRef(ActorPath actorPath, Address localAddress) =>
        new RemoteActorRef(_remoting, localAddress, actorPath, Nobody.Instance, Props.None, Deploy.None);

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
