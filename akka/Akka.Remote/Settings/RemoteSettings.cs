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
    public static readonly string AkkaScheme = "akka.remote";

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

    public Config Config { get; private set; }

    public bool LogReceive { get; set; }

    public bool LogSend { get; set; }

    public bool UntrustedMode { get; set; }

    public HashSet<string> TrustedSelectionPaths { get; set; }

    public string RemoteLifecycleEventsLogLevel { get; set; }

    public int LogBufferSizeExceeding { get; set; }

    public string Dispatcher { get; set; }

    public TimeSpan ShutdownTimeout { get; set; }

    public TimeSpan FlushWait { get; set; }

    public TimeSpan StartupTimeout { get; set; }

    public TimeSpan RetryGateClosedFor { get; set; }

    public bool UsePassiveConnections { get; set; }

    public TimeSpan BackoffPeriod { get; set; }

    public TimeSpan CommandAckTimeout { get; set; }

    public int SysMsgBufferSize { get; set; }

    public TimeSpan SysMsgAckTimeout { get; set; }

    public TimeSpan SysResendTimeout { get; set; }

    public int SysResendLimit { get; set; }

    public TimeSpan InitialSysMsgDeliveryTimeout { get; set; }

    public TimeSpan QuarantineSilentSystemTimeout { get; set; }

    public TimeSpan? QuarantineDuration { get; set; }

    public Config WatchFailureDetectorConfig { get; set; }

    public string WatchFailureDetectorImplementationClass { get; set; }

    public TimeSpan WatchHeartBeatInterval { get; set; }

    public TimeSpan WatchUnreachableReaperInterval { get; set; }

    public TimeSpan WatchHeartbeatExpectedResponseAfter { get; set; }

    public IList<string> TransportNames { get; set; }

    public TransportSettings[] Transports { get; set; }

    public IDictionary<string, string> Adapters { get; set; }

    internal TimeSpan HandshakeTimeout { get; }

    /// <summary>Bytes of a frame that is worth a line in the log.</summary>
    internal long LogFrameSizeExceeding { get; }

    /// <summary>At which level life-cycle events are logged at all; null: never.</summary>
    internal LogLevel? LifecycleLogLevel => RemoteLifecycleEventsLogLevel == "off" ? null : Logging.LogLevelFor(RemoteLifecycleEventsLogLevel);

    public Props ConfigureDispatcher(Props props) => string.IsNullOrEmpty(Dispatcher) ? props : props.WithDispatcher(Dispatcher);

    public class TransportSettings
    {
        public TransportSettings(Config config)
        {
            Config = config;
            TransportClass = config.GetString("transport-class");
            Adapters = config.GetStringList("applied-adapters");
        }

        public string TransportClass { get; set; }

        public IList<string> Adapters { get; set; }

        public Config Config { get; set; }
    }
}
