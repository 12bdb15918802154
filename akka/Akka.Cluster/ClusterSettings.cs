using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Cluster;

/// <summary>The section akka.cluster, read once.</summary>
public sealed class ClusterSettings
{
    /// <summary>Reads <c>akka.cluster</c>.</summary>
    public ClusterSettings(Config config, string systemName)
    {
        var cluster = config.GetConfig("akka.cluster") ?? throw new ConfigurationException("the section akka.cluster is missing");
        var detector = cluster.GetConfig("failure-detector");
        LogInfo = cluster.GetBoolean("log-info");
        LogInfoVerbose = cluster.GetBoolean("log-info-verbose");
        SeedNodes = cluster.GetStringList("seed-nodes").Select(Address.Parse).ToImmutableList();
        SeedNodeTimeout = cluster.GetTimeSpan("seed-node-timeout");
        RetryUnsuccessfulJoinAfter = OffOr(cluster, "retry-unsuccessful-join-after");
        ShutdownAfterUnsuccessfulJoinSeedNodes = OffOr(cluster, "shutdown-after-unsuccessful-join-seed-nodes");
        PeriodicTasksInitialDelay = cluster.GetTimeSpan("periodic-tasks-initial-delay");
        GossipInterval = cluster.GetTimeSpan("gossip-interval");
        GossipTimeToLive = cluster.GetTimeSpan("gossip-time-to-live");
        LeaderActionsInterval = cluster.GetTimeSpan("leader-actions-interval");
        UnreachableNodesReaperInterval = cluster.GetTimeSpan("unreachable-nodes-reaper-interval");
        PublishStatsInterval = OffOr(cluster, "publish-stats-interval");
        GossipDifferentViewProbability = cluster.GetDouble("gossip-different-view-probability");
        ReduceGossipDifferentViewProbability = cluster.GetInt("reduce-gossip-different-view-probability");
        Roles = cluster.GetStringList("roles").ToImmutableHashSet();
        MinNrOfMembers = Math.Max(1, cluster.GetInt("min-nr-of-members"));
        MinNrOfMembersOfRole = RoleMinimums(cluster);
        RunCoordinatedShutdownWhenDown = cluster.GetBoolean("run-coordinated-shutdown-when-down");
        UseDispatcher = cluster.GetString("use-dispatcher") is { Length: > 0 } dispatcher ? dispatcher : Akka.Dispatch.Dispatchers.InternalDispatcherId;
        AppVersion = VersionOf(cluster.GetString("app-version"));

        string weaklyUp = cluster.GetString("allow-weakly-up-members", "off").ToLowerInvariant();
        WeaklyUpAfter = weaklyUp switch
        {
            "off" or "false" => TimeSpan.Zero,
            "on" or "true" => TimeSpan.FromSeconds(7),
            _ => cluster.GetTimeSpan("allow-weakly-up-members"),
        };
        AllowWeaklyUpMembers = WeaklyUpAfter > TimeSpan.Zero;

        string downing = cluster.GetString("downing-provider-class", "");
        DowningProviderType = downing.Length == 0
            ? typeof(NoDowning)
            : Type.GetType(downing) ?? throw new ConfigurationException($"akka.cluster.downing-provider-class: the type '{downing}' was not found");

        FailureDetectorConfig = detector;
        FailureDetectorImplementationClass = detector.GetString("implementation-class");
        HeartbeatInterval = detector.GetTimeSpan("heartbeat-interval");
        HeartbeatExpectedResponseAfter = detector.GetTimeSpan("expected-response-after");
        MonitoredByNrOfMembers = detector.GetInt("monitored-by-nr-of-members");
    }

    /// <summary>What is logged.</summary>
    public bool LogInfo { get; }

    /// <summary>What is logged.</summary>
    public bool LogInfoVerbose { get; }

    /// <summary>How this node joins.</summary>
    public ImmutableList<Address> SeedNodes { get; }

    /// <summary>How this node joins.</summary>
    public TimeSpan SeedNodeTimeout { get; }

    /// <summary>How this node joins.</summary>
    public TimeSpan? RetryUnsuccessfulJoinAfter { get; }

    /// <summary>How this node joins.</summary>
    public TimeSpan? ShutdownAfterUnsuccessfulJoinSeedNodes { get; }

    /// <summary>How often it does what.</summary>
    public TimeSpan PeriodicTasksInitialDelay { get; }

    /// <summary>How often it does what.</summary>
    public TimeSpan GossipInterval { get; }

    /// <summary>How often it does what.</summary>
    public TimeSpan GossipTimeToLive { get; }

    /// <summary>How often it does what.</summary>
    public TimeSpan LeaderActionsInterval { get; }

    /// <summary>How often it does what.</summary>
    public TimeSpan UnreachableNodesReaperInterval { get; }

    /// <summary>How often it does what.</summary>
    public TimeSpan? PublishStatsInterval { get; }

    /// <summary>How often gossip goes to who has not seen it.</summary>
    public double GossipDifferentViewProbability { get; }

    /// <summary>How often gossip goes to who has not seen it.</summary>
    public int ReduceGossipDifferentViewProbability { get; }

    /// <summary>The roles of this node.</summary>
    public ImmutableHashSet<string> Roles { get; }

    /// <summary>How many have to be there before anybody is up.</summary>
    public int MinNrOfMembers { get; }

    /// <summary>How many have to be there before anybody is up.</summary>
    public ImmutableDictionary<string, int> MinNrOfMembersOfRole { get; }

    /// <summary>Whether a downed node ends its system.</summary>
    public bool RunCoordinatedShutdownWhenDown { get; }

    /// <summary>Who runs the cluster's actors.</summary>
    public string UseDispatcher { get; }

    /// <summary>The version that this node runs.</summary>
    public AppVersion AppVersion { get; }

    /// <summary>Whether nodes are let in although not everybody can agree, and after which time.</summary>
    public bool AllowWeaklyUpMembers { get; }

    /// <summary>Whether nodes are let in although not everybody can agree, and after which time.</summary>
    public TimeSpan WeaklyUpAfter { get; }

    /// <summary>Who decides about unreachable members.</summary>
    public Type DowningProviderType { get; }

    /// <summary>How members watch each other.</summary>
    public Config FailureDetectorConfig { get; }

    /// <summary>How members watch each other.</summary>
    public string FailureDetectorImplementationClass { get; }

    /// <summary>How members watch each other.</summary>
    public TimeSpan HeartbeatInterval { get; }

    /// <summary>How members watch each other.</summary>
    public TimeSpan HeartbeatExpectedResponseAfter { get; }

    /// <summary>How members watch each other.</summary>
    public int MonitoredByNrOfMembers { get; }

    private static TimeSpan? OffOr(Config config, string path) =>
        config.GetString(path, "off").ToLowerInvariant() is "off" or "false" ? null : config.GetTimeSpan(path);

    private static ImmutableDictionary<string, int> RoleMinimums(Config cluster)
    {
        var minimums = ImmutableDictionary.CreateBuilder<string, int>();
        var roles = cluster.GetConfig("role");
        if (roles.IsNullOrEmpty()) return minimums.ToImmutable();
        foreach (KeyValuePair<string, Akka.Configuration.Hocon.HoconValue> role in roles.AsEnumerable())
        {
            int minimum = roles.GetInt($"\"{role.Key}\".min-nr-of-members");
            if (minimum > 0) minimums[role.Key] = minimum;
        }

        return minimums.ToImmutable();
    }

    private static AppVersion VersionOf(string configured)
    {
        if (configured is not null && configured != "assembly-version") return AppVersion.Create(configured);
        var version = Assembly.GetEntryAssembly()?.GetName().Version;
        return version is null ? AppVersion.Zero : AppVersion.Create($"{version.Major}.{version.Minor}.{Math.Max(version.Build, 0)}");
    }
}
