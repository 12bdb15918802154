using System;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor.Internal;

public partial class ActorSystemImpl : ExtendedActorSystem
{
    private readonly Option<Props> _guardianProps;
    private readonly TerminationCallbacks _terminationCallbacks = new();
    private readonly TaskCompletionSource _whenTerminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DispatcherPrerequisites _prerequisites;
    private IActorRefProvider _provider;
    private Akka.Serialization.Serialization _serialization;
    private Dispatchers _dispatchers;
    private Mailboxes _mailboxes;
    private volatile bool _terminating;

    /// <summary>Not started yet.</summary>
    public ActorSystemImpl(string name) : this(name, ConfigurationFactory.Default(), ActorSystemSetup.Empty)
    {
    }

    /// <summary>Not started yet.</summary>
    public ActorSystemImpl(string name, Config config, ActorSystemSetup setup, Option<Props>? guardianProps = null)
    {
        if (!ValidName().IsMatch(name))
        {
            throw new ArgumentException("invalid ActorSystem name [" + name + "], must contain only word characters "
                + "(i.e. [a-zA-Z0-9] plus non-leading '-')", nameof(name));
        }

        ArgumentNullException.ThrowIfNull(config);
        Name = name;
        _guardianProps = guardianProps ?? Option<Props>.None;
        Settings = new Settings(this, config, setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStdoutLogger(Settings);
        Log = new BusLogging(EventStream, "ActorSystem(" + name + ")", GetType(), Settings.LogFormatter);
        Scheduler = CreateScheduler();
        try
        {
            _provider = CreateProvider();
            _mailboxes = new Mailboxes(this);
            _prerequisites = new DispatcherPrerequisites(this);
            _dispatchers = new Dispatchers(this, _prerequisites, Log);
        }
        catch
        {
            (Scheduler as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override Settings Settings { get; }

    /// <inheritdoc/>
    public override EventStream EventStream { get; }

    /// <inheritdoc/>
    public override ILoggingAdapter Log { get; }

    /// <inheritdoc/>
    public override IScheduler Scheduler { get; }

    /// <inheritdoc/>
    public override IActorRefProvider Provider => _provider;

    /// <inheritdoc/>
    public override Akka.Serialization.Serialization Serialization => Volatile.Read(ref _serialization);

    /// <inheritdoc/>
    public override Dispatchers Dispatchers => _dispatchers;

    /// <inheritdoc/>
    public override Mailboxes Mailboxes => _mailboxes;

    /// <inheritdoc/>
    public override IActorRef DeadLetters => _provider.DeadLetters;

    /// <inheritdoc/>
    public override IActorRef IgnoreRef => _provider.IgnoreRef;

    /// <inheritdoc/>
    public override IInternalActorRef Guardian => _provider.Guardian;

    /// <inheritdoc/>
    public override IInternalActorRef SystemGuardian => _provider.SystemGuardian;

    /// <inheritdoc/>
    public override IInternalActorRef LookupRoot => _provider.RootGuardian;

    /// <inheritdoc/>
    public override Task WhenTerminated => _whenTerminated.Task;

    /// <summary>How the user guardian is made, if not by default.</summary>
    public Option<Props> GuardianProps => _guardianProps;

    internal AddressTerminatedTopic AddressTerminatedTopic { get; } = new();

    /// <summary>The user's actors are being stopped.</summary>
    internal bool IsTerminating => _terminating;

    /// <summary>Starts everything.</summary>
    public void Start()
    {
        try
        {
            _serialization = new Akka.Serialization.Serialization(this);
            _provider.Init(this);
            _provider.TerminationTask.ContinueWith(
                static (_, state) => ((ActorSystemImpl)state).FinishTermination(),
                this,
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
            if (Settings.LogDeadLetters > 0) SystemActorOf(Props.Create<DeadLetterListener>(), "deadLetterListener");
            EventStream.StartUnsubscriber(this);
            EventStream.StartDefaultLoggers(this);
            LoadExtensions();
            if (Settings.LogConfigOnStart) Log.Info(Settings.ToString());
        }
        catch (Exception)
        {
            try
            {
                if (_provider.Guardian is null) FinishTermination();
                else Abort();
            }
            catch (Exception e)
            {
                // The first failure is the one to tell of.
                Log.Debug(e, "Stopping a system that could not start");
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public override IActorRef ActorOf(Props props, string name = null) => _provider.Guardian.Cell.AttachChild(props, false, name);

    /// <inheritdoc/>
    public override IActorRef SystemActorOf(Props props, string name = null) =>
        _provider.SystemGuardian.Cell.AttachChild(props, true, name);

    /// <inheritdoc/>
    public override IActorRef SystemActorOf<TActor>(string name = null) => SystemActorOf(Props.Create<TActor>(), name);

    /// <inheritdoc/>
    public override ActorSelection ActorSelection(ActorPath actorPath) => ActorRefFactoryShared.ActorSelection(actorPath, this);

    /// <inheritdoc/>
    public override ActorSelection ActorSelection(string actorPath) =>
        ActorRefFactoryShared.ActorSelection(actorPath, this, _provider.Guardian);

    /// <inheritdoc/>
    public override void Stop(IActorRef actor)
    {
        ActorPath parent = actor.Path.Parent;
        if (parent == Guardian.Path) Guardian.Tell(new Akka.Dispatch.SysMsg.StopChild(actor), ActorRefs.NoSender);
        else if (parent == SystemGuardian.Path) SystemGuardian.Tell(new Akka.Dispatch.SysMsg.StopChild(actor), ActorRefs.NoSender);
        else ((IInternalActorRef)actor).Stop();
    }

    /// <inheritdoc/>
    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else
            FinalTerminate();
        return WhenTerminated;
    }

    /// <inheritdoc/>
    public override void Abort() => FinalTerminate();

    /// <inheritdoc/>
    public override void RegisterOnTermination(Action code) => _terminationCallbacks.Add(code);

    /// <inheritdoc/>
    public override string PrintTree()
    {
        StringBuilder text = new();
        Print(text, _provider.RootGuardian, "");
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => LookupRoot is null ? "akka://" + Name : LookupRoot.Path.Root.Address.ToString();

    /// <summary>Stops the user's actors, which ends everything else.</summary>
    internal void FinalTerminate()
    {
        _terminating = true;
        Guardian.Stop();
    }

    /// <summary>A module added its defaults; serializers may be among them.</summary>
    internal void ConfigurationGrew()
    {
        if (_serialization is not null) Volatile.Write(ref _serialization, new Akka.Serialization.Serialization(this));
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9-]*$")]
    private static partial Regex ValidName();

    private static void Print(StringBuilder text, IActorRef actor, string indent)
    {
        text.Append(indent).Append("-> ").Append(actor.Path.Name.Length == 0 ? "/" : actor.Path.Name);
        if (actor is not ActorRefWithCell cell)
        {
            text.AppendLine(" " + actor.GetType().Name);
            return;
        }

        text.AppendLine();
        foreach (IActorRef child in cell.Children) Print(text, child, indent + "    ");
    }

    private IScheduler CreateScheduler()
    {
        Type type = Type.GetType(Settings.SchedulerClass)
            ?? throw new ConfigurationException("Scheduler implementation [" + Settings.SchedulerClass + "] could not be found");
        return (IScheduler)Activator.CreateInstance(type, Settings.Config, Log);
    }

    private IActorRefProvider CreateProvider()
    {
        string typeName = Settings.ProviderClass;
        Type type = typeName is null ? null : Type.GetType(typeName);
        if (type is null)
            throw new ConfigurationException("'akka.actor.provider' is not a valid type name : '" + typeName + "'");
        if (!typeof(IActorRefProvider).IsAssignableFrom(type))
            throw new ConfigurationException("'akka.actor.provider' is not a valid actor ref provider: '" + typeName + "'");
        try
        {
            return (IActorRefProvider)Activator.CreateInstance(type, Name, Settings, EventStream);
        }
        catch (System.Reflection.TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    private void FinishTermination()
    {
        _terminating = true;
        try
        {
            _terminationCallbacks.Run(Log);
        }
        finally
        {
            (Scheduler as IDisposable)?.Dispose();
            _dispatchers.Shutdown();
            _whenTerminated.TrySetResult();
        }
    }

    /// <summary>The dispatchers' view of the system; what it shows may not exist yet when the first dispatcher is configured.</summary>
    private sealed class DispatcherPrerequisites : IDispatcherPrerequisites
    {
        private readonly ActorSystemImpl _system;

        public DispatcherPrerequisites(ActorSystemImpl system)
        {
            _system = system;
        }

        public EventStream EventStream => _system.EventStream;

        public IScheduler Scheduler => _system.Scheduler;

        public Settings Settings => _system.Settings;

        public Mailboxes Mailboxes => _system.Mailboxes;
    }
}
