using System;
using Akka.Actor;

namespace Akka.Cluster.SBR;

/// <summary>
/// The default downing provider: when members cannot reach each other, each side decides by itself, with the same rule, which side
/// stays. See split-brain-resolver in reference.conf.
/// </summary>
public class SplitBrainResolverProvider : IDowningProvider
{
    private readonly Cluster _cluster;
    private readonly TimeSpan? _downRemovalMargin;
    private readonly SplitBrainResolverSettings _settings;

    /// <summary>Made by the cluster.</summary>
    public SplitBrainResolverProvider(ActorSystem system, Cluster cluster)
    {
        _cluster = cluster;
        _settings = new SplitBrainResolverSettings(system.Settings.Config);
        _downRemovalMargin = DowningProviders.DownRemovalMargin(system);
        // A strategy that cannot be had should fail the start, not the actor.
        _ = DowningStrategy.Of(_settings);
    }

    /// <summary>akka.cluster.down-removal-margin, or stable-after.</summary>
    public TimeSpan DownRemovalMargin => _downRemovalMargin ?? _settings.DowningStableAfter;

    /// <inheritdoc/>
    public Props DowningActorProps
    {
        get
        {
            var (cluster, settings) = (_cluster, _settings);
            return Props.Create(() => new SplitBrainResolver(cluster, settings));
        }
    }
}
