using System;
using System.Collections.Immutable;
using Akka.Configuration;

namespace Akka.Cluster.SBR;

/// <summary>The section akka.cluster.split-brain-resolver, read once.</summary>
public sealed class SplitBrainResolverSettings
{
    /// <summary>The name of a strategy.</summary>
    public const string KeepMajorityName = "keep-majority";
    /// <summary>The name of a strategy.</summary>
    public const string LeaseMajorityName = "lease-majority";
    /// <summary>The name of a strategy.</summary>
    public const string StaticQuorumName = "static-quorum";
    /// <summary>The name of a strategy.</summary>
    public const string KeepOldestName = "keep-oldest";
    /// <summary>The name of a strategy.</summary>
    public const string DownAllName = "down-all";

    /// <summary>All names that the real library knows; lease-majority is refused here, for there is no lease.</summary>
    public static readonly ImmutableHashSet<string> AllStrategyNames =
        ImmutableHashSet.Create(KeepMajorityName, LeaseMajorityName, StaticQuorumName, KeepOldestName, DownAllName);

    private const string Section = "akka.cluster.split-brain-resolver";
    private static readonly TimeSpan UnstableAtLeast = TimeSpan.FromSeconds(4);

    /// <summary>Reads <c>akka.cluster.split-brain-resolver</c>.</summary>
    public SplitBrainResolverSettings(Config config)
    {
        var section = config.GetConfig(Section) ?? throw new ConfigurationException($"the section {Section} is missing");
        DowningStableAfter = section.GetTimeSpan("stable-after");
        if (DowningStableAfter <= TimeSpan.Zero) throw new ConfigurationException($"{Section}.stable-after must be a duration > 0");

        DowningStrategy = section.GetString("active-strategy", "").ToLowerInvariant();
        if (!AllStrategyNames.Contains(DowningStrategy))
            throw new ConfigurationException($"Unknown {Section}.active-strategy [{DowningStrategy}]: it is one of [{string.Join(", ", AllStrategyNames)}]");

        DownAllWhenUnstable = section.GetString("down-all-when-unstable", "on").ToLowerInvariant() switch
        {
            "on" or "true" => Longer(UnstableAtLeast, DowningStableAfter * 3 / 4),
            "off" or "false" => TimeSpan.Zero,
            _ => section.GetTimeSpan("down-all-when-unstable"),
        };
        KeepMajorityRole = Role(section, KeepMajorityName);
        StaticQuorumSettings = new StaticQuorumSettings(QuorumSize(section), Role(section, StaticQuorumName));
        KeepOldestSettings = new KeepOldestSettings(section.GetBoolean($"{KeepOldestName}.down-if-alone", true), Role(section, KeepOldestName));
    }

    /// <summary>How long nothing may have changed before a decision is taken.</summary>
    public TimeSpan DowningStableAfter { get; }

    /// <summary>The name of the strategy.</summary>
    public string DowningStrategy { get; }

    /// <summary>How much longer than <see cref="DowningStableAfter"/> the changes may go on before all nodes go; zero = for ever.</summary>
    public TimeSpan DownAllWhenUnstable { get; }

    /// <summary>Null: all members count.</summary>
    public string KeepMajorityRole { get; }

    /// <summary>What static-quorum needs.</summary>
    public StaticQuorumSettings StaticQuorumSettings { get; }

    /// <summary>What keep-oldest needs.</summary>
    public KeepOldestSettings KeepOldestSettings { get; }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static string Role(Config section, string strategy) => section.GetString(strategy + ".role", "") is { Length: > 0 } role ? role : null;

    // "undefined" until somebody uses that strategy.
    private int QuorumSize(Config section)
    {
        string size = section.GetString($"{StaticQuorumName}.quorum-size", "undefined");
        if (int.TryParse(size, System.Globalization.CultureInfo.InvariantCulture, out int number) && number >= 1) return number;
        if (DowningStrategy == StaticQuorumName)
            throw new ConfigurationException($"{Section}.{StaticQuorumName}.quorum-size must be >= 1, not [{size}]");
        return 0;
    }
}

/// <summary>The side with enough members stays.</summary>
public sealed class StaticQuorumSettings
{
    /// <summary>What static-quorum needs.</summary>
    public StaticQuorumSettings(int size, string role)
    {
        Size = size;
        Role = role;
    }

    /// <summary>How many have to stay.</summary>
    public int Size { get; }

    /// <summary>Null: all members count.</summary>
    public string Role { get; }
}

/// <summary>The side of the oldest member stays.</summary>
public sealed class KeepOldestSettings
{
    /// <summary>What keep-oldest needs.</summary>
    public KeepOldestSettings(bool downIfAlone, string role)
    {
        DownIfAlone = downIfAlone;
        Role = role;
    }

    /// <summary>An oldest member without anybody beside it gives way to two or more others.</summary>
    public bool DownIfAlone { get; }

    /// <summary>Null: all members count.</summary>
    public string Role { get; }
}
