using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Configuration;

/// <summary>Defaults that somebody relies on without writing them down.</summary>
public class ReferenceDefaultsTests(ReferenceDefaultsTests.ClusterSystem system) : IClassFixture<ReferenceDefaultsTests.ClusterSystem>
{
    [Theory]
    [InlineData("akka.logger-startup-timeout", "5s")]
    [InlineData("akka.log-dead-letters-suspend-duration", "5m")]
    [InlineData("akka.actor.creation-timeout", "20s")]
    [InlineData("akka.actor.ask-timeout", "infinite")]
    [InlineData("akka.actor.unstarted-push-timeout", "10s")]
    [InlineData("akka.actor.default-dispatcher.throughput-deadline-time", "0ms")]
    [InlineData("akka.actor.default-dispatcher.shutdown-timeout", "1s")]
    [InlineData("akka.actor.default-mailbox.mailbox-push-timeout-time", "10s")]
    [InlineData("akka.scheduler.tick-duration", "10ms")]
    [InlineData("akka.scheduler.shutdown-timeout", "5s")]
    [InlineData("akka.coordinated-shutdown.default-phase-timeout", "5s")]
    [InlineData("akka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout", "10s")]
    [InlineData("akka.coordinated-shutdown.phases.cluster-exiting.timeout", "10s")]
    [InlineData("akka.coordinated-shutdown.phases.actor-system-terminate.timeout", "10s")]
    [InlineData("akka.remote.startup-timeout", "10s")]
    [InlineData("akka.remote.shutdown-timeout", "10s")]
    [InlineData("akka.remote.flush-wait-on-shutdown", "2s")]
    [InlineData("akka.remote.backoff-interval", "50ms")]
    [InlineData("akka.remote.command-ack-timeout", "30s")]
    [InlineData("akka.remote.handshake-timeout", "15s")]
    [InlineData("akka.remote.retry-gate-closed-for", "5s")]
    [InlineData("akka.remote.prune-quarantine-marker-after", "5d")]
    [InlineData("akka.remote.quarantine-after-silence", "2d")]
    [InlineData("akka.remote.system-message-ack-piggyback-timeout", "300ms")]
    [InlineData("akka.remote.resend-interval", "2s")]
    [InlineData("akka.remote.initial-system-message-delivery-timeout", "3m")]
    [InlineData("akka.remote.transport-failure-detector.heartbeat-interval", "4s")]
    [InlineData("akka.remote.transport-failure-detector.acceptable-heartbeat-pause", "120s")]
    [InlineData("akka.remote.watch-failure-detector.heartbeat-interval", "1s")]
    [InlineData("akka.remote.watch-failure-detector.min-std-deviation", "100ms")]
    [InlineData("akka.remote.watch-failure-detector.acceptable-heartbeat-pause", "10s")]
    [InlineData("akka.remote.watch-failure-detector.unreachable-nodes-reaper-interval", "1s")]
    [InlineData("akka.remote.watch-failure-detector.expected-response-after", "1s")]
    [InlineData("akka.remote.dot-netty.tcp.connection-timeout", "15s")]
    [InlineData("akka.cluster.seed-node-timeout", "5s")]
    [InlineData("akka.cluster.retry-unsuccessful-join-after", "10s")]
    [InlineData("akka.cluster.allow-weakly-up-members", "7s")]
    [InlineData("akka.cluster.periodic-tasks-initial-delay", "1s")]
    [InlineData("akka.cluster.gossip-interval", "1s")]
    [InlineData("akka.cluster.leader-actions-interval", "1s")]
    [InlineData("akka.cluster.unreachable-nodes-reaper-interval", "1s")]
    [InlineData("akka.cluster.failure-detector.heartbeat-interval", "1s")]
    [InlineData("akka.cluster.failure-detector.min-std-deviation", "100ms")]
    [InlineData("akka.cluster.failure-detector.acceptable-heartbeat-pause", "3s")]
    [InlineData("akka.cluster.failure-detector.expected-response-after", "1s")]
    [InlineData("akka.cluster.split-brain-resolver.stable-after", "20s")]
    public void Times(string path, string expected) =>
        Assert.Equal(ConfigurationFactory.ParseString("at = " + expected).GetTimeSpan("at"), Read(path).GetTimeSpan(path));

    [Theory]
    [InlineData("akka.log-dead-letters", 10)]
    [InlineData("akka.actor.default-dispatcher.throughput", 30)]
    [InlineData("akka.actor.internal-dispatcher.throughput", 5)]
    [InlineData("akka.actor.default-blocking-io-dispatcher.throughput", 1)]
    [InlineData("akka.actor.default-mailbox.mailbox-capacity", 1000)]
    [InlineData("akka.actor.default-mailbox.stash-capacity", -1)]
    [InlineData("akka.scheduler.ticks-per-wheel", 512)]
    [InlineData("akka.remote.dot-netty.tcp.public-port", 0)]
    [InlineData("akka.remote.dot-netty.tcp.backlog", 4096)]
    [InlineData("akka.remote.log-buffer-size-exceeding", 50000)]
    [InlineData("akka.remote.watch-failure-detector.threshold", 10)]
    [InlineData("akka.remote.watch-failure-detector.max-sample-size", 200)]
    [InlineData("akka.remote.system-message-buffer-size", 20000)]
    [InlineData("akka.remote.resend-limit", 200)]
    [InlineData("akka.cluster.min-nr-of-members", 1)]
    [InlineData("akka.cluster.gossip-different-view-probability", 0.8)]
    [InlineData("akka.cluster.reduce-gossip-different-view-probability", 400)]
    [InlineData("akka.cluster.failure-detector.threshold", 8)]
    [InlineData("akka.cluster.failure-detector.max-sample-size", 1000)]
    [InlineData("akka.cluster.failure-detector.monitored-by-nr-of-members", 9)]
    public void Numbers(string path, double expected) => Assert.Equal(expected, Read(path).GetDouble(path));

    [Theory]
    [InlineData("akka.remote.dot-netty.tcp.maximum-frame-size", 128_000)]
    [InlineData("akka.remote.dot-netty.tcp.send-buffer-size", 256_000)]
    [InlineData("akka.remote.dot-netty.tcp.receive-buffer-size", 256_000)]
    public void Sizes(string path, long expected) => Assert.Equal(expected, Read(path).GetByteSize(path));

    [Theory]
    [InlineData("akka.logger-async-start", false)]
    [InlineData("akka.log-config-on-start", false)]
    [InlineData("akka.log-serializer-override-on-start", true)]
    [InlineData("akka.log-dead-letters-during-shutdown", false)]
    [InlineData("akka.actor.serialize-messages", false)]
    [InlineData("akka.actor.serialize-creators", false)]
    [InlineData("akka.actor.debug.receive", false)]
    [InlineData("akka.actor.debug.autoreceive", false)]
    [InlineData("akka.actor.debug.lifecycle", false)]
    [InlineData("akka.actor.debug.fsm", false)]
    [InlineData("akka.actor.debug.event-stream", false)]
    [InlineData("akka.actor.debug.unhandled", false)]
    [InlineData("akka.actor.debug.router-misconfiguration", false)]
    [InlineData("akka.coordinated-shutdown.terminate-actor-system", true)]
    [InlineData("akka.coordinated-shutdown.exit-clr", false)]
    [InlineData("akka.coordinated-shutdown.run-by-clr-shutdown-hook", true)]
    [InlineData("akka.coordinated-shutdown.run-by-actor-system-terminate", true)]
    [InlineData("akka.remote.use-passive-connections", true)]
    [InlineData("akka.remote.untrusted-mode", false)]
    [InlineData("akka.remote.log-received-messages", false)]
    [InlineData("akka.remote.log-sent-messages", false)]
    [InlineData("akka.remote.log-remote-lifecycle-events", true)]
    [InlineData("akka.remote.dot-netty.tcp.tcp-nodelay", true)]
    [InlineData("akka.remote.dot-netty.tcp.tcp-keepalive", true)]
    [InlineData("akka.remote.dot-netty.tcp.enable-ssl", false)]
    [InlineData("akka.remote.dot-netty.tcp.ssl.suppress-validation", false)]
    [InlineData("akka.cluster.run-coordinated-shutdown-when-down", true)]
    [InlineData("akka.cluster.log-info", true)]
    [InlineData("akka.cluster.log-info-verbose", false)]
    [InlineData("akka.cluster.split-brain-resolver.keep-oldest.down-if-alone", true)]
    public void Switches(string path, bool expected) => Assert.Equal(expected, Read(path).GetBoolean(path, !expected));

    [Theory]
    [InlineData("akka.loglevel", "INFO")]
    [InlineData("akka.stdout-loglevel", "WARNING")]
    [InlineData("akka.actor.guardian-supervisor-strategy", "Akka.Actor.DefaultSupervisorStrategy")]
    [InlineData("akka.actor.default-dispatcher.type", "Dispatcher")]
    [InlineData("akka.actor.default-dispatcher.executor", "default-executor")]
    [InlineData("akka.actor.default-mailbox.mailbox-type", "Akka.Dispatch.UnboundedMailbox")]
    [InlineData("akka.scheduler.implementation", "Akka.Actor.HashedWheelTimerScheduler")]
    [InlineData("akka.remote.dot-netty.tcp.public-hostname", "")]
    [InlineData("akka.remote.use-dispatcher", "akka.remote.default-remote-dispatcher")]
    [InlineData("akka.remote.dot-netty.tcp.ssl.certificate.store-location", "current-user")]
    [InlineData("akka.cluster.down-removal-margin", "off")]
    [InlineData("akka.cluster.shutdown-after-unsuccessful-join-seed-nodes", "off")]
    [InlineData("akka.cluster.publish-stats-interval", "off")]
    [InlineData("akka.cluster.use-dispatcher", "")]
    [InlineData("akka.cluster.downing-provider-class", "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster")]
    [InlineData("akka.cluster.split-brain-resolver.active-strategy", "keep-majority")]
    [InlineData("akka.cluster.split-brain-resolver.static-quorum.quorum-size", "undefined")]
    [InlineData("akka.cluster.split-brain-resolver.keep-majority.role", "")]
    public void Texts(string path, string expected) => Assert.Equal(expected, Read(path).GetString(path));

    [Theory]
    [InlineData("akka.loggers", "Akka.Event.DefaultLogger")]
    [InlineData("akka.extensions")]
    [InlineData("akka.cluster.seed-nodes")]
    [InlineData("akka.cluster.roles")]
    [InlineData("akka.remote.trusted-selection-paths")]
    [InlineData("akka.remote.enabled-transports", "akka.remote.dot-netty.tcp")]
    public void Lists(string path, params string[] expected) => Assert.Equal(expected, Read(path).GetStringList(path));

    [Fact]
    public void Phases_depend_on_each_other_in_their_order()
    {
        string[] phases =
        [
            "before-service-unbind", "service-unbind", "service-requests-done", "service-stop", "before-cluster-shutdown", "cluster-sharding-shutdown-region", "cluster-leave",
            "cluster-exiting", "cluster-exiting-done", "cluster-shutdown", "before-actor-system-terminate", "actor-system-terminate",
        ];
        for (var i = 1; i < phases.Length; i++)
        {
            var path = $"akka.coordinated-shutdown.phases.{phases[i]}.depends-on";
            Assert.Equal([phases[i - 1]], Read(path).GetStringList(path));
        }
    }

    /// <summary>The core's reference where it has the key, else what the modules injected.</summary>
    private Config Read(string path)
    {
        var core = ConfigurationFactory.Default();
        var config = core.HasPath(path) ? core : system.Config;
        Assert.True(config.HasPath(path), $"there is no {path}");
        return config;
    }

    public sealed class ClusterSystem : IDisposable
    {
        private readonly ActorSystem _system = ActorSystem.Create("defaults", ConfigurationFactory.ParseString("""
            akka {
              loglevel = OFF
              stdout-loglevel = OFF
              actor.provider = cluster
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
              coordinated-shutdown.run-by-actor-system-terminate = off
            }
            """));

        public Config Config => _system.Settings.Config;

        public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(10));
    }
}
