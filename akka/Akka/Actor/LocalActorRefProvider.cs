using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor.Internal;
using Akka.Dispatch;
using Akka.Event;
using Akka.Serialization;

namespace Akka.Actor;

/// <summary>The tree of this system: guardians, /temp, dead letters; makes local actors and finds references by path.</summary>
public sealed class LocalActorRefProvider : IActorRefProvider
{
    private readonly RootActorPath _rootPath;
    private readonly IInternalActorRef _deadLetters;
    private readonly ConcurrentDictionary<string, IInternalActorRef> _extraNames = new();
    private readonly TaskCompletionSource<Status> _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActorPath _tempPath;
    private ActorSystemImpl _system;
    private RootGuardianActorRef _rootGuardian;
    private VirtualPathContainer _tempContainer;
    private long _tempNames;

    /// <summary>Made by the system.</summary>
    public LocalActorRefProvider(string systemName, Settings settings, EventStream eventStream)
        : this(systemName, settings, eventStream, null, null)
    {
    }

    /// <summary>Made by the system.</summary>
    public LocalActorRefProvider(
        string systemName,
        Settings settings,
        EventStream eventStream,
        Deployer deployer,
        Func<ActorPath, IInternalActorRef> deadLettersFactory)
    {
        Settings = settings;
        EventStream = eventStream;
        Deployer = deployer ?? new Deployer(settings);
        _rootPath = new RootActorPath(new Address("akka", systemName));
        ActorPath deadLettersPath = _rootPath / "deadLetters";
        _deadLetters = deadLettersFactory is null
            ? new DeadLetterActorRef(this, deadLettersPath, eventStream)
            : deadLettersFactory(deadLettersPath);
        _tempPath = _rootPath / "temp";
        IgnoreRef = new IgnoreActorRef(this);
        Log = Logging.GetLogger(eventStream, "LocalActorRefProvider(" + _rootPath.Address + ")");
    }

    /// <inheritdoc/>
    public IInternalActorRef RootGuardian => _rootGuardian;

    /// <inheritdoc/>
    public LocalActorRef Guardian { get; private set; }

    /// <inheritdoc/>
    public LocalActorRef SystemGuardian { get; private set; }

    /// <inheritdoc/>
    public IActorRef DeadLetters => _deadLetters;

    /// <inheritdoc/>
    public IActorRef IgnoreRef { get; }

    /// <inheritdoc/>
    public ActorPath RootPath => _rootPath;

    /// <inheritdoc/>
    public Settings Settings { get; }

    /// <inheritdoc/>
    public Deployer Deployer { get; }

    /// <summary>Where the system publishes.</summary>
    public EventStream EventStream { get; }

    /// <summary>The provider's log.</summary>
    public ILoggingAdapter Log { get; }

    /// <inheritdoc/>
    public IInternalActorRef TempContainer => _tempContainer;

    /// <summary>Completes when the root has ended.</summary>
    public Task TerminationTask => _terminated.Task;

    /// <inheritdoc/>
    public Address DefaultAddress => _rootPath.Address;

    /// <inheritdoc/>
    public Information SerializationInformation { get; private set; }

    /// <inheritdoc/>
    public IActorRef RootGuardianAt(Address address) => address == _rootPath.Address ? _rootGuardian : _deadLetters;

    /// <summary>The address under which the other one reaches this system.</summary>
    public Address GetExternalAddressFor(Address address) => address == _rootPath.Address ? address : null;

    /// <summary>Builds the tree. The provider in front of this one, if there is one, is the system's and has to be known to it.</summary>
    public void Init(ActorSystemImpl system)
    {
        _system = system;
        SerializationInformation = new Information(DefaultAddress, system);
        RootGuardianSupervisor supervisor = new(_rootPath, this, _terminated, Log);
        MessageDispatcher dispatcher = system.Dispatchers.InternalDispatcher;
        MailboxType mailbox = system.Mailboxes.Lookup(Mailboxes.DefaultMailboxId);
        Props rootProps = Props.Create<GuardianActor>().WithSupervisorStrategy(new OneForOneStrategy(static _ => Directive.Stop));
        _rootGuardian = new RootGuardianActorRef(system, rootProps, dispatcher, mailbox, supervisor, _rootPath, _deadLetters, _extraNames);
        _tempContainer = new VirtualPathContainer(system.Provider, _tempPath, _rootGuardian);
        _rootGuardian.SetTempContainer(_tempContainer);

        Props userProps = (system.GuardianProps.HasValue ? system.GuardianProps.Value : Props.Create<GuardianActor>())
            .WithSupervisorStrategy(SupervisorStrategyConfigurator.CreateConfigurator(Settings.SupervisorStrategyClass).Create());
        Guardian = CreateGuardian("user", userProps, dispatcher, mailbox);
        SystemGuardian = CreateGuardian("system", Props.Create(() => new SystemGuardianActor(Guardian)), dispatcher, mailbox);

        // The chain of the end: user's actors gone -> system guardian stops -> root stops. Set up before the watchers run.
        SystemGuardian.Cell.Watch(Guardian);
        _rootGuardian.Cell.Watch(SystemGuardian);
        _rootGuardian.Start();
        Guardian.Start();
        SystemGuardian.Start();
    }

    /// <summary>A place beside the guardians, such as /remote.</summary>
    public void RegisterExtraName(string name, IInternalActorRef actor) => _extraNames[name] = actor;

    /// <inheritdoc/>
    public ActorPath TempPath() => new ChildActorPath(_tempPath, ActorCell.GeneratedName(Interlocked.Increment(ref _tempNames)), ActorCell.UndefinedUid);

    /// <inheritdoc/>
    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _tempContainer.AddChild(path.Name, actorRef);

    /// <inheritdoc/>
    public void UnregisterTempActor(ActorPath path) => _tempContainer.RemoveChild(path.Name);

    /// <inheritdoc/>
    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs)
    {
        // Of the provider in front, which is the one that resolves references.
        return new FutureActorRef<T>(tcs, _system.Provider);
    }

    /// <inheritdoc/>
    public IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy deploy,
        bool lookupDeploy,
        bool async)
    {
        Props effective = props;
        if (systemService && props.Deploy.Dispatcher == Deploy.NoDispatcherGiven)
            effective = effective.WithDispatcher(Dispatchers.InternalDispatcherId);
        Deploy configured = deploy ?? (lookupDeploy ? Deployer.Lookup(path) : null);
        // What the configuration says of this path wins over the code.
        if (configured is not null) effective = effective.WithDeploy(configured);
        MessageDispatcher dispatcher = system.Dispatchers.Lookup(effective.Dispatcher);
        MailboxType mailbox = system.Mailboxes.GetMailboxType(effective, dispatcher.Configurator.Config);
        return new LocalActorRef(system, effective, dispatcher, mailbox, supervisor, path);
    }

    /// <inheritdoc/>
    public IActorRef ResolveActorRef(string path)
    {
        if (ActorPath.TryParse(path, out ActorPath parsed)) return ResolveActorRef(parsed);
        Log.Debug("Resolve of unknown path [{0}] failed. Invalid format.", path);
        return _deadLetters;
    }

    /// <inheritdoc/>
    public IActorRef ResolveActorRef(ActorPath path)
    {
        if (path.Address == _rootPath.Address) return ResolveActorRef(_rootGuardian, path);
        Log.Debug("Resolve of unknown path [{0}] failed", path);
        return _deadLetters;
    }

    /// <summary>
    /// The living actor of that path below <paramref name="root"/>; when the path has a uid, of that incarnation. Else a reference of
    /// that path with nobody behind it.
    /// </summary>
    internal IActorRef ResolveActorRef(IInternalActorRef root, ActorPath path)
    {
        IReadOnlyList<string> elements = path.Elements;
        if (elements.Count == 0) return root;
        IActorRef found = root.GetChild(elements);
        if (found is not Nobody && (path.Uid == ActorCell.UndefinedUid || path.Uid == found.Path.Uid)) return found;
        return new EmptyLocalActorRef(_system.Provider, root.Path.Address == path.Address ? path : Rebase(root.Path, path), EventStream);
    }

    private static ActorPath Rebase(ActorPath root, ActorPath path) => (root / path.Elements).WithUid(path.Uid);

    private LocalActorRef CreateGuardian(string name, Props props, MessageDispatcher dispatcher, MailboxType mailbox)
    {
        _rootGuardian.Cell.ReserveChild(name);
        LocalActorRef guardian = new(_system, props, dispatcher, mailbox, _rootGuardian, _rootPath / name);
        _rootGuardian.Cell.InitChild(guardian);
        return guardian;
    }
}
