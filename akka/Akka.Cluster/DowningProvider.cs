using System;
using System.Reflection;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Cluster;

/// <summary>
/// Who decides that unreachable members are down. Created once per system with the constructor
/// (ActorSystem, Cluster); its actor, if it has one, runs beside the cluster's own.
/// </summary>
public interface IDowningProvider
{
    /// <summary>How long others wait before they take over from a downed member.</summary>
    TimeSpan DownRemovalMargin { get; }

    /// <summary>The actor that decides; null for none.</summary>
    Props DowningActorProps { get; }
}

/// <summary>Nobody decides: unreachable members stay until they return or an operator downs them.</summary>
public sealed class NoDowning : IDowningProvider
{
    private readonly ActorSystem _system;

    /// <summary>Made by the cluster.</summary>
    public NoDowning(ActorSystem system, Cluster cluster)
    {
        _ = cluster;
        _system = system;
    }

    /// <inheritdoc/>
    public TimeSpan DownRemovalMargin => DowningProviders.DownRemovalMargin(_system) ?? TimeSpan.Zero;

    /// <inheritdoc/>
    public Props DowningActorProps => null;
}

internal static class DowningProviders
{
    /// <summary>Null: off, the provider decides.</summary>
    public static TimeSpan? DownRemovalMargin(ActorSystem system)
    {
        const string Key = "akka.cluster.down-removal-margin";
        var config = system.Settings.Config;
        return config.GetString(Key, "off").ToLowerInvariant() is "off" or "false" ? null : config.GetTimeSpan(Key);
    }

    public static IDowningProvider Create(Type type, ExtendedActorSystem system, Cluster cluster)
    {
        try
        {
            return (IDowningProvider)Activator.CreateInstance(type, system, cluster);
        }
        catch (Exception failure)
        {
            var cause = failure is TargetInvocationException { InnerException: { } inner } ? inner : failure;
            throw new ConfigurationException($"the downing provider {type} could not be created: {cause.Message}", cause);
        }
    }
}
