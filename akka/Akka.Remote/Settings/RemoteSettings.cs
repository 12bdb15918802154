using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Remote;

/// <summary>The section akka.remote as values.</summary>
public class RemoteSettings
{
    /// <summary>The scheme of the section, not of addresses.</summary>
    public static readonly string AkkaScheme = "akka.remote";

    /// <summary>Reads and checks the section.</summary>
    public RemoteSettings(Config config)
    {
        Config = config;
        LogReceive = config.GetBoolean("akka.remote.log-received-messages");
        LogSend = config.GetBoolean("akka.remote.log-sent-messages");
        UntrustedMode = config.GetBoolean("akka.remote.untrusted-mode");
        TrustedSelectionPaths = new HashSet<string>(config.GetStringList("akka.remote.trusted-selection-paths"));
        RemoteLifecycleEventsLogLevel = config.GetString("akka.remote.log-remote-lifecycle-events") switch
        {
            null or "" or "on" or "true" => "DEBUG",
            "false" => "off",
            string level => level,
        };
        LogBufferSizeExceeding = config.GetString("akka.remote.log-buffer-size-exceeding") is "off" or "false"
            ? int.MaxValue
            : config.GetInt("akka.remote.log-buffer-size-exceeding", 50000);
        LogFrameSizeExceeding = config.GetString("akka.remote.log-frame-size-exceeding") is null or "off" or "false"
            ? long.MaxValue
            : config.GetByteSize("akka.remote.log-frame-size-exceeding") ?? long.MaxValue;
        Dispatcher = config.GetString("akka.remote.use-dispatcher");
        ShutdownTimeout = config.GetTimeSpan("akka.remote.shutdown-timeout");
        FlushWait = config.GetTimeSpan("akka.remote.flush-wait-on-shutdown");
        StartupTimeout = config.GetTimeSpan("akka.remote.startup-timeout");
        RetryGateClosedFor = config.GetTimeSpan("akka.remote.retry-gate-closed-for");
        UsePassiveConnections = config.GetBoolean("akka.remote.use-passive-connections");
        BackoffPeriod = config.GetTimeSpan("akka.remote.backoff-interval");
        CommandAckTimeout = config.GetTimeSpan("akka.remote.command-ack-timeout");
        SysMsgBufferSize = config.GetInt("akka.remote.system-message-buffer-size");
        if (SysMsgBufferSize < 1) throw new ConfigurationException("akka.remote.system-message-buffer-size must be > 0");
        SysMsgAckTimeout = config.GetTimeSpan("akka.remote.system-message-ack-piggyback-timeout");
        SysResendTimeout = config.GetTimeSpan("akka.remote.resend-interval");
        SysResendLimit = config.GetInt("akka.remote.resend-limit");
        InitialSysMsgDeliveryTimeout = config.GetTimeSpan("akka.remote.initial-system-message-delivery-timeout");
        QuarantineSilentSystemTimeout = config.GetTimeSpan("akka.remote.quarantine-after-silence");
        QuarantineDuration = config.GetTimeSpan("akka.remote.prune-quarantine-marker-after");
        HandshakeTimeout = config.GetTimeSpan("akka.remote.handshake-timeout");

        WatchFailureDetectorConfig = config.GetConfig("akka.remote.watch-failure-detector");
        WatchFailureDetectorImplementationClass = WatchFailureDetectorConfig.GetString("implementation-class");
        WatchHeartBeatInterval = WatchFailureDetectorConfig.GetTimeSpan("heartbeat-interval");
        WatchUnreachableReaperInterval = WatchFailureDetectorConfig.GetTimeSpan("unreachable-nodes-reaper-interval");
        WatchHeartbeatExpectedResponseAfter = WatchFailureDetectorConfig.GetTimeSpan("expected-response-after");

        TransportNames = config.GetStringList("akka.remote.enabled-transports");
        Transports = TransportNames
            .Select(name => new TransportSettings(config.GetConfig(name)
                ?? throw new ConfigurationException("akka.remote.enabled-transports names [" + name + "], which does not exist")))
            .ToArray();
        if (Transports.Length != 1) throw new ConfigurationException("akka.remote.enabled-transports has to name exactly one transport");
        Adapters = new Dictionary<string, string>();
    }

    /// <summary>The whole configuration it was read from.</summary>
    public Config Config { get; private set; }

    /// <summary>log-received-messages.</summary>
    public bool LogReceive { get; set; }

    /// <summary>log-sent-messages.</summary>
    public bool LogSend { get; set; }

    /// <summary>untrusted-mode.</summary>
    public bool UntrustedMode { get; set; }

    /// <summary>trusted-selection-paths.</summary>
    public HashSet<string> TrustedSelectionPaths { get; set; }

    /// <summary>log-remote-lifecycle-events: off, or a level.</summary>
    public string RemoteLifecycleEventsLogLevel { get; set; }

    /// <summary>log-buffer-size-exceeding: messages.</summary>
    public int LogBufferSizeExceeding { get; set; }

    /// <summary>use-dispatcher.</summary>
    public string Dispatcher { get; set; }

    /// <summary>shutdown-timeout.</summary>
    public TimeSpan ShutdownTimeout { get; set; }

    /// <summary>flush-wait-on-shutdown.</summary>
    public TimeSpan FlushWait { get; set; }

    /// <summary>startup-timeout.</summary>
    public TimeSpan StartupTimeout { get; set; }

    /// <summary>retry-gate-closed-for.</summary>
    public TimeSpan RetryGateClosedFor { get; set; }

    /// <summary>use-passive-connections. Each direction has a connection of its own here.</summary>
    public bool UsePassiveConnections { get; set; }

    /// <summary>backoff-interval.</summary>
    public TimeSpan BackoffPeriod { get; set; }

    /// <summary>command-ack-timeout.</summary>
    public TimeSpan CommandAckTimeout { get; set; }

    /// <summary>system-message-buffer-size: messages.</summary>
    public int SysMsgBufferSize { get; set; }

    /// <summary>system-message-ack-piggyback-timeout.</summary>
    public TimeSpan SysMsgAckTimeout { get; set; }

    /// <summary>resend-interval.</summary>
    public TimeSpan SysResendTimeout { get; set; }

    /// <summary>resend-limit: messages.</summary>
    public int SysResendLimit { get; set; }

    /// <summary>initial-system-message-delivery-timeout.</summary>
    public TimeSpan InitialSysMsgDeliveryTimeout { get; set; }

    /// <summary>quarantine-after-silence.</summary>
    public TimeSpan QuarantineSilentSystemTimeout { get; set; }

    /// <summary>prune-quarantine-marker-after.</summary>
    public TimeSpan? QuarantineDuration { get; set; }

    /// <summary>watch-failure-detector, the section.</summary>
    public Config WatchFailureDetectorConfig { get; set; }

    /// <summary>Its implementation-class.</summary>
    public string WatchFailureDetectorImplementationClass { get; set; }

    /// <summary>Its heartbeat-interval.</summary>
    public TimeSpan WatchHeartBeatInterval { get; set; }

    /// <summary>Its unreachable-nodes-reaper-interval.</summary>
    public TimeSpan WatchUnreachableReaperInterval { get; set; }

    /// <summary>Its expected-response-after.</summary>
    public TimeSpan WatchHeartbeatExpectedResponseAfter { get; set; }

    /// <summary>enabled-transports: paths of their sections.</summary>
    public IList<string> TransportNames { get; set; }

    /// <summary>The sections of the transports.</summary>
    public TransportSettings[] Transports { get; set; }

    /// <summary>adapters; there are none.</summary>
    public IDictionary<string, string> Adapters { get; set; }

    internal TimeSpan HandshakeTimeout { get; }

    /// <summary>Bytes of a frame that is worth a line in the log.</summary>
    internal long LogFrameSizeExceeding { get; }

    /// <summary>At which level life-cycle events are logged at all; null: never.</summary>
    internal LogLevel? LifecycleLogLevel => RemoteLifecycleEventsLogLevel == "off" ? null : Logging.LogLevelFor(RemoteLifecycleEventsLogLevel);

    /// <summary>The properties with the dispatcher of remoting.</summary>
    public Props ConfigureDispatcher(Props props) => string.IsNullOrEmpty(Dispatcher) ? props : props.WithDispatcher(Dispatcher);

    /// <summary>The section of a transport.</summary>
    public class TransportSettings
    {
        /// <summary>Reads the section.</summary>
        public TransportSettings(Config config)
        {
            Config = config;
            TransportClass = config.GetString("transport-class");
            Adapters = config.GetStringList("applied-adapters");
        }

        /// <summary>transport-class.</summary>
        public string TransportClass { get; set; }

        /// <summary>applied-adapters.</summary>
        public IList<string> Adapters { get; set; }

        /// <summary>The section.</summary>
        public Config Config { get; set; }
    }
}
