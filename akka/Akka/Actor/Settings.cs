using System;
using System.Collections.Generic;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>The settings of the core, read once; and the whole configuration, which grows by the defaults of modules that come later.</summary>
public class Settings
{
    private readonly object _lock = new();
    private readonly Config _userConfig;
    private Config _fallback;
    private volatile Config _config;

    /// <summary>Reads the configuration.</summary>
    public Settings(ActorSystem system, Config config) : this(system, config, ActorSystemSetup.Empty)
    {
    }

    /// <summary>Reads the configuration.</summary>
    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        _userConfig = config;
        _fallback = ConfigurationFactory.Default();
        _config = _userConfig.SafeWithFallback(_fallback);

        Akka.Util.Option<BootstrapSetup> bootstrap = setup.Get<BootstrapSetup>();
        ProviderSelectionType = bootstrap.HasValue && bootstrap.Value.ActorRefProvider.HasValue
            ? bootstrap.Value.ActorRefProvider.Value
            : ProviderSelection.GetProvider(Config.GetString("akka.actor.provider"));

        Home = Config.GetString("akka.home", "");
        SupervisorStrategyClass = Config.GetString("akka.actor.guardian-supervisor-strategy");
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", global::System.Threading.Timeout.InfiniteTimeSpan);
        CreationTimeout = Config.GetTimeSpan("akka.actor.creation-timeout");
        UnstartedPushTimeout = Config.GetTimeSpan("akka.actor.unstarted-push-timeout");
        SerializeAllMessages = Config.GetBoolean("akka.actor.serialize-messages");
        SerializeAllCreators = Config.GetBoolean("akka.actor.serialize-creators");

        LogLevel = Config.GetString("akka.loglevel");
        StdoutLogLevel = Config.GetString("akka.stdout-loglevel");
        Loggers = Config.GetStringList("akka.loggers");
        LoggersDispatcher = Config.GetString("akka.loggers-dispatcher");
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout");
        LoggerAsyncStart = Config.GetBoolean("akka.logger-async-start");
        LogConfigOnStart = Config.GetBoolean("akka.log-config-on-start");
        LogSerializerOverrideOnStart = Config.GetBoolean("akka.log-serializer-override-on-start");
        LogDeadLetters = Config.GetString("akka.log-dead-letters")?.ToLowerInvariant() switch
        {
            "on" or "true" => int.MaxValue,
            "off" or "false" => 0,
            _ => Config.GetInt("akka.log-dead-letters"),
        };
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration = Config.GetTimeSpan("akka.log-dead-letters-suspend-duration");

        AddLoggingReceive = Config.GetBoolean("akka.actor.debug.receive");
        DebugAutoReceive = Config.GetBoolean("akka.actor.debug.autoreceive");
        DebugLifecycle = Config.GetBoolean("akka.actor.debug.lifecycle");
        FsmDebugEvent = Config.GetBoolean("akka.actor.debug.fsm");
        DebugEventStream = Config.GetBoolean("akka.actor.debug.event-stream");
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled");
        DebugRouterMisconfiguration = Config.GetBoolean("akka.actor.debug.router-misconfiguration");
        DebugTimerScheduler = Config.GetBoolean("akka.actor.debug.log-timers");

        SchedulerClass = Config.GetString("akka.scheduler.implementation");
        SchedulerShutdownTimeout = Config.GetTimeSpan("akka.scheduler.shutdown-timeout");
        CoordinatedShutdownTerminateActorSystem = Config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system");
        CoordinatedShutdownRunByActorSystemTerminate = Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate");
        if (CoordinatedShutdownRunByActorSystemTerminate && !CoordinatedShutdownTerminateActorSystem)
        {
            throw new ConfigurationException("akka.coordinated-shutdown.run-by-actor-system-terminate=on and "
                + "akka.coordinated-shutdown.terminate-actor-system=off is not a supported configuration combination.");
        }
    }

    /// <summary>Whose settings these are.</summary>
    public ActorSystem System { get; }

    /// <summary>What was given by code.</summary>
    public ActorSystemSetup Setup { get; }

    /// <summary>The user's, then the modules' defaults, then the core's. Replaced when a module comes in: not to be kept.</summary>
    public Config Config => _config;

    /// <summary>As configured.</summary>
    public string ConfigVersion => "0.0.1 Akka";

    /// <summary>As configured.</summary>
    public string Home { get; }

    /// <summary>Who makes and resolves references.</summary>
    public ProviderSelection ProviderSelectionType { get; }

    /// <summary>Who makes and resolves references.</summary>
    public string ProviderClass => ProviderSelectionType.Fqn;

    /// <summary>True with the cluster provider.</summary>
    public bool HasCluster => ProviderSelectionType.HasCluster;

    /// <summary>How the user guardian treats its children.</summary>
    public string SupervisorStrategyClass { get; }

    /// <summary>How long a question waits that is given no time.</summary>
    public TimeSpan AskTimeout { get; }

    /// <summary>How long the making of a system's actor may take.</summary>
    public TimeSpan CreationTimeout { get; }

    /// <summary>How long a message may wait for an actor that has not started.</summary>
    public TimeSpan UnstartedPushTimeout { get; }

    /// <summary>Whether every message goes through its serializer, for tests.</summary>
    public bool SerializeAllMessages { get; }

    /// <summary>Whether props go through theirs, for tests.</summary>
    public bool SerializeAllCreators { get; }

    /// <summary>What is logged.</summary>
    public string LogLevel { get; }

    /// <summary>What is logged.</summary>
    public string StdoutLogLevel { get; }

    /// <summary>The logger before and after all others.</summary>
    public MinimalLogger StdoutLogger { get; } = new StandardOutLogger();

    /// <summary>How the texts of the log are made.</summary>
    public ILogMessageFormatter LogFormatter => DefaultLogMessageFormatter.Instance;

    /// <summary>Who logs, and who runs them.</summary>
    public IList<string> Loggers { get; }

    /// <summary>Who logs, and who runs them.</summary>
    public string LoggersDispatcher { get; }

    /// <summary>How long their start is waited for.</summary>
    public TimeSpan LoggerStartTimeout { get; }

    /// <summary>How long their start is waited for.</summary>
    public bool LoggerAsyncStart { get; }

    /// <summary>Whether the whole configuration is logged.</summary>
    public bool LogConfigOnStart { get; }

    /// <summary>Whether a serializer that takes another one's identifier is logged.</summary>
    public bool LogSerializerOverrideOnStart { get; }

    /// <summary>How many dead letters are logged, whether also at the end, and how long the log is silent after too many.</summary>
    public int LogDeadLetters { get; }

    /// <summary>How many dead letters are logged, whether also at the end, and how long the log is silent after too many.</summary>
    public bool LogDeadLettersDuringShutdown { get; }

    /// <summary>How many dead letters are logged, whether also at the end, and how long the log is silent after too many.</summary>
    public TimeSpan LogDeadLettersSuspendDuration { get; }

    /// <summary>A switch of <c>akka.actor.debug</c>.</summary>
    public bool AddLoggingReceive { get; }

    /// <summary>A switch of <c>akka.actor.debug</c>.</summary>
    public bool DebugAutoReceive { get; }

    /// <summary>A switch of <c>akka.actor.debug</c>.</summary>
    public bool DebugLifecycle { get; }

    /// <summary>A switch of <c>akka.actor.debug</c>.</summary>
    public bool FsmDebugEvent { get; }

    /// <summary>A switch of <c>akka.actor.debug</c>.</summary>
    public bool DebugEventStream { get; }

    /// <summary>A switch of <c>akka.actor.debug</c>.</summary>
    public bool DebugUnhandledMessage { get; }

    /// <summary>A switch of <c>akka.actor.debug</c>.</summary>
    public bool DebugRouterMisconfiguration { get; }

    /// <summary>A switch of <c>akka.actor.debug</c>.</summary>
    public bool DebugTimerScheduler { get; }

    /// <summary>The type of the scheduler.</summary>
    public string SchedulerClass { get; }

    /// <summary>How long its end is waited for.</summary>
    public TimeSpan SchedulerShutdownTimeout { get; }

    /// <summary>Whether the shutdown ends the system.</summary>
    public bool CoordinatedShutdownTerminateActorSystem { get; }

    /// <summary>Whether the end of the system runs the shutdown.</summary>
    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    /// <summary>Puts a module's defaults below the user's configuration and above what is there.</summary>
    public void InjectTopLevelFallback(Config config)
    {
        lock (_lock)
        {
            _fallback = config.SafeWithFallback(_fallback);
            _config = _userConfig.SafeWithFallback(_fallback);
        }

        (System as Internal.ActorSystemImpl)?.ConfigurationGrew();
    }

    /// <inheritdoc/>
    public override string ToString() => Config.ToString(true);
}
