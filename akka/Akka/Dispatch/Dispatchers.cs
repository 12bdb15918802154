using System;
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>The dispatchers of a system by their ids, which are paths in its configuration; made when first looked up.</summary>
public sealed class Dispatchers
{
    /// <summary>Where actors run unless they say otherwise.</summary>
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";
    /// <summary>Where actors run that block.</summary>
    public const string DefaultBlockingDispatcherId = "akka.actor.default-blocking-io-dispatcher";
    /// <summary>Where actors run that need a thread of the caller's.</summary>
    public const string SynchronizedDispatcherId = "akka.actor.synchronized-dispatcher";

    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    // An alias may name an alias; a circle would not end.
    private const int MaxAliasDepth = 20;

    private readonly ActorSystem _system;
    private readonly ILoggingAdapter _log;
    private readonly ConcurrentDictionary<string, Lazy<MessageDispatcherConfigurator>> _configurators = new();

    /// <summary>Reads the sections when they are asked for.</summary>
    public Dispatchers(ActorSystem system, IDispatcherPrerequisites prerequisites, ILoggingAdapter logger)
    {
        _system = system;
        _log = logger;
        Prerequisites = prerequisites;
    }

    /// <summary>What dispatchers need of the system.</summary>
    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>What a section has that says nothing.</summary>
    public Config DefaultDispatcherConfig => WithId(_system.Settings.Config.GetConfig(DefaultDispatcherId), DefaultDispatcherId);

    /// <summary>Where actors run unless they say otherwise.</summary>
    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    internal MessageDispatcher InternalDispatcher => Lookup(InternalDispatcherId);

    /// <summary>The dispatcher of that path; an error if there is none.</summary>
    public MessageDispatcher Lookup(string dispatcherName) => LookupConfigurator(dispatcherName, 0).Dispatcher();

    /// <summary>True if the path is one of a dispatcher.</summary>
    public bool HasDispatcher(string id) => _configurators.ContainsKey(id) || _system.Settings.Config.HasPath(id);

    /// <summary>False when the id is taken.</summary>
    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) =>
        _configurators.TryAdd(id, new Lazy<MessageDispatcherConfigurator>(configurator));

    /// <summary>The section of a dispatcher with its aliases followed.</summary>
    public static Config GetConfig(Config config, string id, int depth = 0)
    {
        if (depth > MaxAliasDepth)
            throw new ConfigurationException("Could not resolve dispatcher [" + id + "]: too many aliases, maybe a circle");
        string alias = AliasOf(config, id);
        return alias is null ? config.GetConfig(id) : GetConfig(config, alias, depth + 1);
    }

    internal void Shutdown()
    {
        foreach (Lazy<MessageDispatcherConfigurator> configurator in _configurators.Values)
        {
            if (configurator.IsValueCreated && configurator.Value is DispatcherConfigurator or ForkJoinDispatcherConfigurator)
                configurator.Value.Dispatcher().ShutdownFromSystem();
        }
    }

    private static string AliasOf(Config config, string id)
    {
        if (!config.HasPath(id)) return null;
        Akka.Configuration.Hocon.HoconValue value = config.GetValue(id);
        return value is not null && value.IsString() && !value.IsObject() ? value.GetString() : null;
    }

    private static Config WithId(Config config, string id) =>
        ConfigurationFactory.ParseString("id = \"" + id + "\"").WithFallback(config);

    private MessageDispatcherConfigurator LookupConfigurator(string id, int depth)
    {
        if (depth > MaxAliasDepth)
            throw new ConfigurationException("Could not resolve dispatcher [" + id + "]: too many aliases, maybe a circle");
        if (_configurators.TryGetValue(id, out Lazy<MessageDispatcherConfigurator> known)) return known.Value;

        Config config = _system.Settings.Config;
        if (!config.HasPath(id)) throw new ConfigurationException("Dispatcher [" + id + "] not configured");
        string alias = AliasOf(config, id);
        if (alias is not null) return LookupConfigurator(alias, depth + 1);

        Lazy<MessageDispatcherConfigurator> created = new(() => Configure(id, config.GetConfig(id)));
        return _configurators.GetOrAdd(id, created).Value;
    }

    private MessageDispatcherConfigurator Configure(string id, Config section)
    {
        Config config = WithId(section, id);
        if (id != DefaultDispatcherId) config = config.WithFallback(DefaultDispatcherConfig);
        string type = config.GetString("type");
        switch (type)
        {
            case "Dispatcher":
            case "TaskDispatcher":
                return new DispatcherConfigurator(config, Prerequisites);
            case "ForkJoinDispatcher":
                return new ForkJoinDispatcherConfigurator(config, Prerequisites);
            case "PinnedDispatcher":
                return new PinnedDispatcherConfigurator(config, Prerequisites);
            case null or "":
                throw new ConfigurationException("Could not resolve dispatcher for path [" + id + "]. type is null");
            default:
                Type custom = Type.GetType(type)
                    ?? throw new ConfigurationException("Could not resolve dispatcher type [" + type + "] for path [" + id + "]");
                _log.Debug("Dispatcher {0} is made by {1}", id, custom);
                return (MessageDispatcherConfigurator)Activator.CreateInstance(custom, config, Prerequisites);
        }
    }
}
